#!/usr/bin/env python3
"""summarize.py BUILD_DIR [--partial]: counts the tests of a ctest run per layer and per kind.

Reads BUILD_DIR/ctest.xml (ctest --output-junit) for what ran and `ctest --show-only=json-v1` for the labels. Exits 1
when a test failed, was skipped, disabled or did not run, when one lacks its labels, or when a layer of src/core or
src/replication that has sources has no test, unless BUILD_DIR/layers_left_out.txt says why. --partial: only some tests were asked for, so only those that ran count.
"""
import collections
import json
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]


def source_layers(root):
    """The layers with sources: folder name, sql/parse as sql_parse."""
    layers = set()
    for path in (root / "src" / "core").rglob("*.cc"):
        layers.add("_".join(path.parent.relative_to(root / "src" / "core").parts))
    for path in (root / "src" / "replication").rglob("*.cc"):
        layers.add("_".join(path.parent.relative_to(root / "src").parts))
    return layers


def read_labels(listing):
    """{test name: (labels, disabled)} from ctest's JSON."""
    tests = {}
    for test in listing["tests"]:
        properties = {p["name"]: p["value"] for p in test.get("properties", [])}
        tests[test["name"]] = (properties.get("LABELS", []), bool(properties.get("DISABLED", False)))
    return tests


def read_results(junit_text):
    """{test name: status} from JUnit; the status is ctest's: run, fail, notrun, disabled."""
    # What a test printed may hold bytes that XML does not know.
    root = xml.etree.ElementTree.fromstring(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", junit_text))
    results = {}
    for case in root.iter("testcase"):
        status = case.get("status")
        if case.find("skipped") is not None and status == "run":
            status = "notrun"
        results[case.get("name")] = status
    return results


def value_of(labels, key):
    values = [label[len(key) + 1:] for label in labels if label.startswith(key + ":")]
    return values[0] if values else None


def summarize(labels, results, layers, partial):
    """(lines to print, problems)."""
    per_layer, per_kind = collections.Counter(), collections.Counter()
    problems = []
    for name, (test_labels, disabled) in sorted(labels.items()):
        if partial and name not in results:
            continue
        layer, kind = value_of(test_labels, "layer"), value_of(test_labels, "kind")
        if layer is None or kind is None:
            problems.append(f"{name} lacks a layer: or kind: label")
        per_layer[layer or "?"] += 1
        per_kind[kind or "?"] += 1
        status = results.get(name, "notrun")
        if disabled or status == "disabled":
            problems.append(f"{name} is disabled")
        elif status == "notrun":
            problems.append(f"{name} was skipped or did not run")
        elif status != "run":
            problems.append(f"{name} failed")
    if not partial:
        for layer in sorted(layers):
            per_layer[layer] += 0
            if per_layer[layer] == 0:
                problems.append(f"layer {layer} has no test")
    ran = [name for name in results if name in labels]
    passed = sum(1 for name in ran if results[name] == "run")
    skipped = sum(1 for name in ran if results[name] in ("notrun", "disabled"))
    lines = ["tests per layer:"]
    lines += [f"  {layer:<24} {count:>6}" for layer, count in sorted(per_layer.items())]
    lines += ["tests per kind:"]
    lines += [f"  {kind:<24} {count:>6}" for kind, count in sorted(per_kind.items())]
    total = sum(per_layer.values())
    lines.append(f"tests={total} passed={passed} failed={total - passed - skipped} skipped={skipped}")
    return lines, problems


def main(arguments):
    build = pathlib.Path(arguments[0])
    partial = "--partial" in arguments[1:]
    report = build / "ctest.xml"
    if not report.exists():
        print(f"summarize: {report} does not exist: ctest did not run", file=sys.stderr)
        return 1
    left_out = dict(line.split(": ", 1) for line in (build / "layers_left_out.txt").read_text().splitlines())
    listing = subprocess.run(["ctest", "--test-dir", str(build), "--show-only=json-v1"], check=True,
                             capture_output=True, text=True).stdout
    lines, problems = summarize(read_labels(json.loads(listing[listing.index("{"):])),
                                read_results(report.read_text(encoding="utf-8", errors="replace")),
                                source_layers(ROOT) - left_out.keys(), partial)
    print("\n".join(lines))
    for layer, reason in sorted(left_out.items()):
        print(f"left out: {layer}: {reason}")
    for problem in problems[:50]:
        print(f"summarize: {problem}", file=sys.stderr)
    if len(problems) > 50:
        print(f"summarize: and {len(problems) - 50} more", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
