"""A web server that says hello; deploy it with `examples/deploy.py`."""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Hello(BaseHTTPRequestHandler):
    """Says hello to everybody."""

    def do_GET(self) -> None:
        """Respond to a request."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"Hello from Scalingo\n")


if __name__ == "__main__":
    ThreadingHTTPServer(("", int(os.environ["PORT"])), Hello).serve_forever()
