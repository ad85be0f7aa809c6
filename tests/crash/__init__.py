"""The crash harness: real processes that die, or whose disk fails, at every call in turn."""
