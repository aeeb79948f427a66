"""The shop's price list as CSV, for spreadsheets."""

import csv
import io
import json
import os
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def price_list(products):
    """[{"name": "Apples", "price": "2.50"}] -> 'name,price\\r\\nApples,2.50\\r\\n', sorted by name"""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["name", "price"])
    for product in sorted(products, key=lambda one: one["name"]):
        rows.writerow([product["name"], product["price"]])
    return text.getvalue()


def fetch_products():
    url = os.environ.get("PRODUCTS_URL", "http://api:3000/products")
    with urllib.request.urlopen(url, timeout=5) as answer:
        return json.load(answer)["products"]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/healthz":
            self.reply(200, "ok\n", "text/plain")
        elif self.path == "/prices.csv":
            self.reply(200, price_list(fetch_products()), "text/csv")
        else:
            self.reply(404, "not found\n", "text/plain")

    def reply(self, status, text, kind):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        if self.path != "/healthz":
            super().log_message(format, *args)


if __name__ == "__main__":
    ThreadingHTTPServer(("", 3002), Handler).serve_forever()
