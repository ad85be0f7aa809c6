"""HTTP messages as bytes: where one ends, what its head says, what its body is. No I/O.

The rules of this package:
- What a server sent is never an error here, only something to describe. Nothing raises for it.
- The bytes of a message are never changed, joined or re-spelled; readers say which bytes belong.
- A message ends where RFC 9112, section 6.3, says it ends, read as leniently as old browsers did.
- What was cut, or cannot be framed, says so and is never taken for a whole page.
- No body is held in memory; every buffer here has a cap.
"""

from storykeep.wire.content import Decoder
from storykeep.wire.framing import body, payload
from storykeep.wire.head import codings, parse_head
from storykeep.wire.reader import ResponseReader

__all__ = ["Decoder", "ResponseReader", "body", "codings", "parse_head", "payload"]
