"""Words in, library call, words out. Every command imports what it needs when it is called."""
