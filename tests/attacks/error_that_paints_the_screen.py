"""An error whose name and message are ANSI commands, carriage returns and a link."""
# points: 0 2

Painted = type("\x1b]8;;http://127.0.0.1\x07Right\x1b[2J", (Exception,), {})
raise Painted("\x1b[2J\x1b[1;1H\r\b\b\b3 of 3 points\0\x9b31m" * 100)
