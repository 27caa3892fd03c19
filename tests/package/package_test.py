#!/usr/bin/env python3
"""package_test.py CASE --source DIR --build DIR [--component NAME] [--option NAME] [--config NAME] [--cache NAME=VALUE]...

Uses the library as a host project does, in a temporary folder: an installed tree, the source tree by add_subdirectory,
and every way to ask for what is not there. Exits 0 when the case holds.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile


def run(*command, expect_success=True):
    """The output of a command; ends the test when the command does not end as expected."""
    result = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, check=False)
    if (result.returncode == 0) != expect_success:
        print(result.stdout)
        sys.exit(f"{'failed' if expect_success else 'succeeded, and should not'}: {' '.join(map(str, command))}")
    return result.stdout


def must_say(output, *sentences):
    flat = " ".join(output.split())
    for sentence in sentences:
        if sentence not in flat:
            print(output)
            sys.exit(f"the output lacks: {sentence}")


# What the hosts under consumer/ print, line by line.
CONSUMER_OUTPUT = {
    "core": ["loaded=3000", "duplicate=23505 constraint=users_pkey", "name=user 2999", "verified=3000"],
    "ha-tier1": ["wrong_config=22023", "standby_rows=1000", "standby_write=25006", "promoted_rows=1001"],
}


class Case:
    def __init__(self, arguments, folder):
        self.arguments = arguments
        self.folder = folder
        self.consumer = pathlib.Path(__file__).resolve().parent / "consumer"
        self.host = folder / "build"
        self.cache = [f"-D{pair}" for pair in arguments.cache]

    def install(self):
        prefix = self.folder / "prefix"
        run("cmake", "--install", self.arguments.build, "--prefix", prefix)
        # The tree must not depend on where it was first put.
        moved = self.folder / "moved"
        shutil.move(prefix, moved)
        for path in moved.rglob("*.cmake"):
            if str(self.arguments.source) in path.read_text():
                sys.exit(f"{path.name} names the source folder")
        return moved

    def configure_consumer(self, *more, expect_success=True):
        return run("cmake", "-G", "Ninja", "-S", self.consumer, "-B", self.host, *self.cache, *more,
                   expect_success=expect_success)

    def build_and_run(self, component):
        name = "consumer_" + component.replace("-", "_")
        run("cmake", "--build", self.host, "--target", name, "--parallel", str(os.cpu_count()))
        output = run(self.host / name, self.folder / "database")
        print(output, end="")
        if output.splitlines() != CONSUMER_OUTPUT[component]:
            sys.exit(f"{name} should print {CONSUMER_OUTPUT[component]}")

    def installed_consumer(self):
        component = self.arguments.component
        without = []
        if component == "core":  # Core must not even look for them.
            without = ["-DCMAKE_DISABLE_FIND_PACKAGE_gRPC=ON", "-DCMAKE_DISABLE_FIND_PACKAGE_Protobuf=ON"]
        self.configure_consumer(f"-DCMAKE_PREFIX_PATH={self.install()}", f"-DHELIOSDB_WANTED={component}", *without)
        self.build_and_run(component)

    def add_subdirectory_consumer(self):
        component = self.arguments.component
        if component == "core":
            options = ["-DCMAKE_DISABLE_FIND_PACKAGE_gRPC=ON", "-DCMAKE_DISABLE_FIND_PACKAGE_Protobuf=ON"]
        else:
            options = ["-DHELIOSDB_" + component.upper().replace("-", "_") + "=ON"]
        # As deep as our own build folder: what a compiler is told is then the same to the letter, and ccache knows it.
        self.host = self.folder
        self.configure_consumer("-DHELIOSDB_FROM=source", f"-DHELIOSDB_SOURCE={self.arguments.source}",
                                f"-DHELIOSDB_WANTED={component}", *options)
        self.build_and_run(component)

    def missing_component_is_refused(self):
        output = run("cmake", "-G", "Ninja", "-S", self.arguments.source, "-B", self.host, *self.cache,
                     f"-D{self.arguments.option}=ON", expect_success=False)
        must_say(output, f"{self.arguments.option}: this component does not exist yet", "docs/limits.md")

    def unknown_component_is_refused(self):
        prefix = self.install()
        for component, sentence in (("server", "component server is not part of this installation of heliosdb"),
                                    ("nonsense", "heliosdb has no component nonsense")):
            output = self.configure_consumer(f"-DCMAKE_PREFIX_PATH={prefix}", f"-DHELIOSDB_WANTED={component}",
                                             expect_success=False)
            must_say(output, sentence)
            shutil.rmtree(self.host)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("case")
    parser.add_argument("--source", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("--component", default="core")
    parser.add_argument("--option")
    parser.add_argument("--cache", action="append", default=[])
    arguments = parser.parse_args()
    beside = pathlib.Path(arguments.build).resolve().parent
    with tempfile.TemporaryDirectory(prefix="package_", dir=beside) as folder:
        getattr(Case(arguments, pathlib.Path(folder)), arguments.case)()


if __name__ == "__main__":
    main()
