#!/usr/bin/env python3
"""replicated_app_test.py PROGRAM: three processes of replicated_app; the primary is killed, a standby promoted, the
killed node comes back, and all three show the same rows."""
import pathlib
import queue
import subprocess
import sys
import tempfile
import threading

PATIENCE = 60


class Node:
    """A process, and its answers."""

    def __init__(self, program, folder, name, role, primary=""):
        command = [program, "--node-id", name, "--role", role, "--listen", "127.0.0.1:0", "--data-dir", str(folder / name),
                   "--mode", "sync", "--members", "a,b,c"]
        if primary:
            command += ["--primary", primary]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.address = self.lines.get(timeout=PATIENCE).removeprefix("READY ")

    def _read(self):
        for line in self.process.stdout:
            if not line.startswith("EVENT "):
                self.lines.put(line.rstrip("\n"))

    def ask(self, line):
        """Sends a line; the lines of the answer, the last of which is OK or ERROR."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = []
        while not answer or not answer[-1].startswith(("OK", "ERROR")):
            answer.append(self.lines.get(timeout=PATIENCE))
        return answer

    def run(self, line):
        answer = self.ask(line)
        assert answer[-1].startswith("OK"), f"{line}: {answer}"
        return answer

    def kill(self):
        self.process.kill()
        self.process.wait()

    def quit(self):
        self.process.stdin.write("\\quit\n")
        self.process.stdin.flush()
        assert self.process.wait(timeout=PATIENCE) == 0


def lsn_of(answer):
    return next(word.removeprefix("lsn=") for word in answer[-1].split() if word.startswith("lsn="))


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        a = Node(program, folder, "a", "primary")
        b = Node(program, folder, "b", "standby", a.address)
        c = Node(program, folder, "c", "standby", a.address)
        a.run("CREATE TABLE t (id integer PRIMARY KEY, name text)")
        for i in range(20):
            written = lsn_of(a.run(f"INSERT INTO t VALUES ({i}, 'row {i}')"))
        b.run(f"\\wait {written}")
        refused = b.ask("INSERT INTO t VALUES (99, 'no')")[-1]
        assert refused.startswith("ERROR 25006") and a.address in refused, refused

        a.kill()
        b.run("\\promote b,c")
        c.run(f"\\follow {b.address}")
        b.run("INSERT INTO t VALUES (20, 'after')")
        a = Node(program, folder, "a", "standby", b.address)
        b.run("\\members a,b,c")
        written = lsn_of(b.run("INSERT INTO t VALUES (21, 'last')"))
        rows = []
        for node in (a, b, c):
            node.run(f"\\wait {written}")
            rows.append(node.run("SELECT id, name FROM t ORDER BY id"))
        assert rows[0] == rows[1] == rows[2], rows
        assert len(rows[0]) == 23, rows[0]
        for node in (a, c, b):
            node.quit()
    print("nodes_equal=yes rows=22")


if __name__ == "__main__":
    main()
