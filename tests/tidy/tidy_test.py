#!/usr/bin/env python3
"""The test of the checks: each finds the violation that is planted for it, and nothing in sound code."""
import pathlib
import unittest

import check_layers
import check_style
import summarize

SOUND = """// Sound.
#include "core/wal/wal_writer.h"

#include <sys/stat.h>
#include <vector>

#include "absl/status/statusor.h"
#include "fmt/format.h"

#include "core/base/status.h"
#include "heliosdb/error.h"

// It says: throw, using namespace std; std::mutex.
const char* kText = "throw std::mutex using namespace";
const char* kRaw = R"(using namespace std; throw)";
void F() { absl::StatusOr<int> number = G(); if (number.ok()) Use(*number, option.value()); }
"""


def layers(path, text):
    return check_layers.check_file(pathlib.PurePosixPath(path), text)


def style(path, text):
    return [c.split(": ")[1] for c in check_style.check_file(pathlib.PurePosixPath(path), text)]


class Layers(unittest.TestCase):
    def test_sound_code_passes(self):
        self.assertEqual(layers("src/core/wal/wal_writer.cc", SOUND), [])

    def test_every_forbidden_edge_of_core_is_found(self):
        for own, allowed in check_layers.LAYERS.items():
            for target in check_layers.LAYERS:
                found = layers(f"src/core/{own}/x.cc", f'#include "core/{target}/y.h"\n')
                self.assertEqual(bool(found), target != own and target not in allowed, f"{own} -> {target}")

    def test_core_may_not_use_what_stands_above(self):
        self.assertTrue(layers("src/core/api/x.cc", '#include "replication/wal_replicator.h"\n'))
        self.assertTrue(layers("src/replication/x.cc", '#include "replication/grpc/transport.h"\n'))
        self.assertFalse(layers("src/replication/grpc/x.cc", '#include "replication/transport.h"\n'))

    def test_foreign_libraries_stay_in_their_folder_and_out_of_headers(self):
        for header, home in (("lmdb.h", "src/core/storage"), ("pg_query.h", "src/core/sql/parse"),
                             ("grpcpp/grpcpp.h", "src/replication/grpc"), ("CLI/CLI.hpp", "src/tools")):
            self.assertFalse(layers(f"{home}/x.cc", f"#include <{header}>\n"), header)
            self.assertTrue(layers(f"{home}/x.h", f"#include <{header}>\n"), header)
            self.assertTrue(layers("src/core/txn/x.cc", f'#include "{header}"\n'), header)

    def test_a_public_header_uses_only_std_and_absl(self):
        for line in ('#include "fmt/format.h"', '#include "core/base/lsn.h"', "#include <unistd.h>"):
            self.assertTrue(layers("include/heliosdb/x.h", line + "\n"), line)
        self.assertFalse(layers("include/heliosdb/x.h", '#include <span>\n#include "heliosdb/error.h"\n'))

    def test_gtest_is_for_tests_and_their_helpers(self):
        for path in ("src/core/wal/wal_writer_test.cc", "src/core/wal/wal_test_log.h", "tests/kit/x.cc"):
            self.assertFalse(layers(path, '#include "gtest/gtest.h"\n'), path)
        self.assertTrue(layers("src/core/wal/latest.cc", '#include "gtest/gtest.h"\n'))

    def test_an_unknown_library_and_an_example_that_looks_inside_are_found(self):
        self.assertTrue(layers("src/core/base/x.cc", "#include <boost/any.hpp>\n"))
        self.assertTrue(layers("examples/demo/x.cc", '#include "core/base/lsn.h"\n'))
        self.assertTrue(layers("src/core/base/x.cc", '#include "tests/kit/sql_session.h"\n'))


class Style(unittest.TestCase):
    def test_sound_code_passes(self):
        self.assertEqual(style("src/core/wal/wal_writer.cc", SOUND), [])

    def test_each_forbidden_construct_is_found(self):
        planted = {
            "using-namespace": "using namespace std;",
            "source-location": "std::source_location where;",
            "ranges-views": "auto v = list | std::views::reverse;",
            "absl-mutex": "absl::Mutex mu_;",
            "std-mutex": "std::mutex mu_;",
            "throw": "throw 1;",
            "clock": "absl::Time now = absl::Now();",
            "randomness": "std::mt19937 random;",
            "todo": "// TODO: later",
            "trailing-space": "int a; ",
            "statusor-value": "absl::StatusOr<int> a = F();\nUse(a.value());",
        }
        for rule, text in planted.items():
            self.assertIn(rule, style("src/core/wal/x.cc", text + "\n"), rule)
        self.assertIn("sleep-in-test", style("src/core/wal/x_test.cc", "absl::SleepFor(a);\n"))
        self.assertIn("statusor-value",
                      style("src/core/wal/x.cc", "absl::StatusOr<int> a = F();\nUse(std::move(a).value());\n"))
        rules = {rule for rule, *_ in check_style.FORBIDDEN}
        self.assertEqual(rules - set(planted) - {"sleep-in-test"}, set(), "each rule has its planted violation")

    def test_a_long_file_a_wrong_guard_and_an_issue_number(self):
        self.assertIn("file-size", style("src/core/wal/x.cc", "int a;\n" * 701))
        self.assertEqual(style("src/core/wal/x.cc", "int a;\n" * 700), [])
        self.assertIn("guard", style("src/core/wal/x.h", "#ifndef X_H_\n#define X_H_\n#endif\n"))
        guard = "HELIOSDB_CORE_WAL_X_H_"
        self.assertEqual(style("src/core/wal/x.h", f"#ifndef {guard}\n#define {guard}\n#endif\n"), [])
        self.assertEqual(style("src/core/wal/x.cc", "// TODO(#12): wait for the other issue.\n"), [])


class Summary(unittest.TestCase):
    LABELS = {"wal.A.B": (["layer:wal", "kind:unit"], False), "sql.joins": (["layer:whole", "kind:sql"], False)}
    RAN = {"wal.A.B": "run", "sql.joins": "run"}

    def problems(self, labels, results, layers=frozenset({"wal"}), partial=False):
        return summarize.summarize(labels, results, layers, partial)[1]

    def test_a_sound_run_passes_and_is_counted(self):
        lines, problems = summarize.summarize(self.LABELS, self.RAN, {"wal"}, False)
        self.assertEqual(problems, [])
        self.assertIn("tests=2 passed=2 failed=0 skipped=0", lines)

    def test_a_layer_without_tests_is_a_problem(self):
        self.assertEqual(self.problems(self.LABELS, self.RAN, {"wal", "txn"}), ["layer txn has no test"])

    def test_what_failed_was_skipped_disabled_or_missing_is_a_problem(self):
        for status in ("fail", "notrun", "disabled"):
            self.assertEqual(len(self.problems(self.LABELS, {**self.RAN, "sql.joins": status})), 1, status)
        self.assertEqual(len(self.problems(self.LABELS, {"wal.A.B": "run"})), 1)
        self.assertEqual(len(self.problems({**self.LABELS, "sql.joins": (["layer:a", "kind:b"], True)}, self.RAN)), 1)

    def test_a_test_without_labels_is_a_problem(self):
        self.assertEqual(len(self.problems({**self.LABELS, "x": ([], False)}, {**self.RAN, "x": "run"})), 1)

    def test_ctest_reports_are_read(self):
        junit = ('<testsuite><testcase name="a" status="run"/><testcase name="b" status="fail"><failure>\x01</failure></testcase>'
                 '<testcase name="c" status="notrun"><skipped message="x"/></testcase></testsuite>')
        self.assertEqual(summarize.read_results(junit), {"a": "run", "b": "fail", "c": "notrun"})


if __name__ == "__main__":
    unittest.main()
