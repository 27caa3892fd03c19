#!/usr/bin/env python3
"""demo.py PROGRAM DATA: three nodes on loopback in sync mode. Chinook is loaded through the primary; a writer inserts
invoices and keeps what was acknowledged, readers query the standbys; the primary is killed, a standby promoted, the
killed node comes back; in the end all nodes are compared row by row and the acknowledged invoices are looked for.
Exit code 0 only when nothing was lost and all nodes agree."""
import pathlib
import queue
import subprocess
import sys
import tempfile
import threading
import time

PATIENCE = 60
START = time.monotonic()
TABLES = ("artist", "album", "employee", "customer", "genre", "invoice", "media_type", "track", "invoice_line", "playlist",
          "playlist_track")


def say(text):
    print(f"{(time.monotonic() - START) * 1000:8.0f} ms  {text}", flush=True)


class Node:
    """A process of replicated_app. Questions may be asked from several threads."""

    def __init__(self, program, folder, name, role, primary=""):
        command = [program, "--node-id", name, "--role", role, "--listen", "127.0.0.1:0", "--data-dir", str(folder / name),
                   "--mode", "sync", "--members", "a,b,c"]
        if primary:
            command += ["--primary", primary]
        self.name = name
        self.lock = threading.Lock()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.address = self._line().removeprefix("READY ")

    def _read(self):
        for line in self.process.stdout:
            if not line.startswith("EVENT "):
                self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def _line(self):
        line = self.lines.get(timeout=PATIENCE)
        if line is None:
            self.lines.put(None)
            raise ConnectionError(f"node {self.name} is gone")
        return line

    def ask(self, line, progress=None):
        with self.lock:
            try:
                self.process.stdin.write(line + "\n")
                self.process.stdin.flush()
            except OSError as error:
                raise ConnectionError(f"node {self.name} is gone") from error
            answer = []
            while not answer or not answer[-1].startswith(("OK", "ERROR")):
                text = self._line()
                if text.startswith("PROGRESS "):
                    if progress:
                        progress(*map(int, text.split()[1:3]))
                    continue
                answer.append(text)
            return answer

    def run(self, line, progress=None):
        answer = self.ask(line, progress)
        if not answer[-1].startswith("OK"):
            raise RuntimeError(f"node {self.name}: {line}: {answer[-1]}")
        return answer[:-1]

    def quit(self):
        self.process.stdin.write("\\quit\n")
        self.process.stdin.flush()
        self.process.wait(timeout=PATIENCE)


class Writer(threading.Thread):
    """Inserts invoices through whoever is the primary; knows which were acknowledged."""

    def __init__(self, primary):
        super().__init__(daemon=True)
        self.primary = primary
        self.acknowledged = []
        self.stopped = threading.Event()
        self.next_id = 1000

    def run(self):
        while not self.stopped.is_set():
            self.next_id += 1
            primary = self.primary
            try:
                answer = primary.ask(f"INSERT INTO invoice (invoice_id, customer_id, invoice_date, total) "
                                     f"VALUES ({self.next_id}, {self.next_id % 59 + 1}, '2026-01-01', 9.99)")
                if answer[-1].startswith("OK"):
                    self.acknowledged.append(self.next_id)
            except (ConnectionError, queue.Empty):
                while self.primary is primary and not self.stopped.is_set():
                    self.stopped.wait(0.005)


class Reader(threading.Thread):
    """Reads from one standby for as long as it is there."""

    def __init__(self, node):
        super().__init__(daemon=True)
        self.node = node
        self.reads = 0
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.is_set():
            self.node.run("SELECT count(*), sum(total) FROM invoice")
            self.reads += 1
            self.stopped.wait(0.002)


def wait_for(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.01)


def bar(done, total):
    filled = 40 * done // max(total, 1)
    print(f"\r  loading [{'#' * filled}{'.' * (40 - filled)}] {100 * done // max(total, 1):3}%", end="", flush=True)


def contents(node):
    return {table: sorted(node.run(f"SELECT * FROM {table}")) for table in TABLES}


def play(program, script, folder):
    a = Node(program, folder, "a", "primary")
    b = Node(program, folder, "b", "standby", a.address)
    c = Node(program, folder, "c", "standby", a.address)
    say(f"three nodes: a is the primary ({a.address}), b and c follow it, mode sync")
    a.run(f"\\script {script}", bar)
    print()
    say(f"Chinook loaded through a: {a.run('SELECT count(*) FROM track')[0]} tracks")

    writer = Writer(a)
    readers = [Reader(b), Reader(c)]
    for thread in (writer, *readers):
        thread.start()
    wait_for(lambda: len(writer.acknowledged) >= 300 and min(r.reads for r in readers) >= 20, "writes before the kill")
    before = len(writer.acknowledged)
    say(f"{before} invoices acknowledged, {sum(r.reads for r in readers)} reads on the standbys; kill -9 to a")
    a.process.kill()
    a.process.wait()
    b.run("\\promote b,c")
    c.run(f"\\follow {b.address}")
    writer.primary = b
    say("b promoted, c follows it; the writer goes on there")
    wait_for(lambda: len(writer.acknowledged) > before, "a write after the promotion")
    say("first invoice acknowledged by b")
    wait_for(lambda: len(writer.acknowledged) >= before + 300, "writes after the promotion")
    a = Node(program, folder, "a", "standby", b.address)
    b.run("\\members a,b,c")
    say("a is back and follows b")
    wait_for(lambda: len(writer.acknowledged) >= before + 400, "writes after the rejoin")
    for thread in (writer, *readers):
        thread.stopped.set()
    for thread in (writer, *readers):
        thread.join(PATIENCE)

    last = b.ask("INSERT INTO genre VALUES (1000, 'Demo')")[-1]
    lsn = next(word.removeprefix("lsn=") for word in last.split() if word.startswith("lsn="))
    for node in (a, c):
        node.run(f"\\wait {lsn}")
    states = [contents(node) for node in (a, b, c)]
    present = {int(row.split("\t")[0]) for row in states[1]["invoice"]}
    lost = [invoice for invoice in writer.acknowledged if invoice not in present]
    equal = states[0] == states[1] == states[2]
    say(f"compared {sum(map(len, states[1].values()))} rows on each of three nodes")
    for node in (a, c, b):
        node.quit()
    print(f"acknowledged={len(writer.acknowledged)} present={len(writer.acknowledged) - len(lost)} lost={len(lost)} "
          f"nodes_equal={'yes' if equal else 'no'}")
    return 0 if equal and not lost else 1


def main():
    script = next(pathlib.Path(sys.argv[2]).resolve().glob("*.sql"))
    with tempfile.TemporaryDirectory() as name:
        sys.exit(play(sys.argv[1], script, pathlib.Path(name)))


if __name__ == "__main__":
    main()
