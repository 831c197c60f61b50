"""Prints each notification that Alertmanager sends to the pager and the tickets."""
import json
from http.server import BaseHTTPRequestHandler, HTTPServer


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        for alert in body["alerts"]:
            print(self.path.strip("/"), alert["status"], alert["labels"]["alertname"], alert["annotations"]["description"])
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


HTTPServer(("127.0.0.1", 9099), Receiver).serve_forever()
