"""The config.toml that `init` writes and the project ships."""

SAMPLE_HOST = "archive.sample"  # where the bundled sample site says it is; no name server knows it

TEMPLATE = """\
# What Storykeep archives, and how. Lines that begin with # are remarks.
# docs/config.md explains every setting.

[archive]
warcs = "warcs"            # the folder of the captures: the archive itself, keep copies of it
database = "archive.db"    # the index, made from the captures; it can be rebuilt
keep_free = "500MB"        # a run stops when less is free on the disk; 0 is no limit
operator = ""              # your e-mail or web address; needed before a public site is asked

[polite]
delay = 2.0                # seconds between two requests to one site, at the least
robots = true              # obey the site's robots.txt

# The stories that come with Storykeep. "storykeep sample --run" serves and archives them.
[[source]]
name = "sample"
start = ["http://archive.sample/"]
include = ["/"]
every = "30d"              # how long to wait before a page is asked for again

# A real site. Take the # away in front of the lines, fill in operator above,
# and run "storykeep run".
#
# [[source]]
# name = "example"
# start = ["http://stories.example/archive/"]   # where to begin
# include = ["/archive/"]                       # stay below these paths
# exclude = ["/archive/reviews/"]               # and leave these out
# every = "30d"                                 # s, m, h, d or w, as in "12h"
# limit = 200                                   # pages per run; 0 is no limit
"""
