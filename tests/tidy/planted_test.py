#!/usr/bin/env python3
"""The test of the compiler's checks in `make lint`: clang-tidy, -Wthread-safety and the header check find what is planted."""
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOCKS = '''#include "core/base/mutex.h"
struct Counter {
  heliosdb::Mutex mutex_;
  int count_ ABSL_GUARDED_BY(mutex_) = 0;
  int Count() {%s return count_; }
};
'''
PROJECT = '''cmake_minimum_required(VERSION 3.25)
project(planted CXX)
set(CMAKE_CXX_STANDARD 20)
list(APPEND CMAKE_MODULE_PATH "%s/cmake")
add_library(heliosdb_flags INTERFACE)
include(HeliosdbHeaderCheck)
heliosdb_header_check()
'''


class Planted(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="heliosdb_planted_"))
        self.addCleanup(shutil.rmtree, self.folder)

    def tidy(self, text):
        source = self.folder / "x.cc"
        source.write_text(text)
        result = subprocess.run(
            ["clang-tidy-14", "-quiet", f"--config-file={ROOT}/.clang-tidy", str(source), "--", "-std=c++20",
             f"-I{ROOT}/src", "-Wthread-safety", "-Werror=thread-safety"], capture_output=True, text=True)
        return result.returncode, result.stdout

    def test_clang_tidy_finds_a_long_function(self):
        body = "int F(int a) {\n" + "  a += 1;\n" * 75 + "  return a;\n}\n"
        code, said = self.tidy(body)
        self.assertNotEqual(code, 0)
        self.assertIn("readability-function-size", said)
        self.assertEqual(self.tidy(body.replace("  a += 1;\n", "", 10))[0], 0)

    def test_clang_tidy_finds_a_needless_copy(self):
        code, said = self.tidy("#include <string>\nint F(std::string a) { return static_cast<int>(a.size()); }\n")
        self.assertNotEqual(code, 0)
        self.assertIn("performance-unnecessary-value-param", said)

    def test_a_field_read_without_its_lock_is_found(self):
        code, said = self.tidy(LOCKS % "")
        self.assertNotEqual(code, 0)
        self.assertIn("requires holding mutex", said)
        self.assertEqual(self.tidy(LOCKS % " heliosdb::MutexLock lock(&mutex_);")[0], 0)

    def test_a_header_that_leans_on_others_is_found(self):
        (self.folder / "CMakeLists.txt").write_text(PROJECT % ROOT)
        header = self.folder / "src" / "a.h"
        header.parent.mkdir()
        build = self.folder / "build"

        def builds(text):
            header.write_text(text)
            subprocess.run(["cmake", "-G", "Ninja", "-S", self.folder, "-B", build], check=True, capture_output=True)
            return subprocess.run(["cmake", "--build", build, "--target", "header_check"],
                                  capture_output=True).returncode == 0

        sound = "#ifndef A_H_\n#define A_H_\n#include <string>\ninline std::string F() { return {}; }\n#endif\n"
        self.assertTrue(builds(sound))
        self.assertFalse(builds(sound.replace("#include <string>\n", "")))
        self.assertFalse(builds(sound.replace("#ifndef A_H_\n", "").replace("#endif\n", "")))


if __name__ == "__main__":
    unittest.main()
