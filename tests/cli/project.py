#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""holdout project as a user runs it: commands, scripts, the shell, what comes back."""
import json
import subprocess
import unittest

import common


class Project(common.Case):
    def setUp(self):
        super().setUp()
        self.file = self.folder / f"{self.id().rsplit('.', 1)[1]}.holdout"
        self.ok("project", self.file, "--create", "open-film", self.source, "--bank", self.bank)

    def do(self, *words):
        return json.loads(self.ok("project", self.file, "--bank", self.bank, "--engine", "stub", "--json", *words))

    def names(self):
        return [step["name"] for step in self.do("steps")["steps"] if not step["undone"]]

    def test_a_film_is_cut_and_taken_back(self):
        shown = self.do("show")
        self.assertEqual(shown["timeline"]["length"], self.N_FRAMES)
        self.assertEqual([shown["timeline"]["rate_num"], shown["timeline"]["rate_den"]], [24000, 1001])
        before = self.do("dump")["text"]
        self.do("split", "at=10")
        self.assertEqual([clip["at"] for clip in self.do("clips")["clips"] if clip["track"] == "V1"], [0, 10])
        self.do("--at", "12", "ripple-delete")
        self.assertEqual(self.do("show")["timeline"]["length"], 10)
        self.assertEqual(self.names(), ["Open film", "Split", "Ripple delete"])
        self.do("undo")
        self.do("undo")
        self.assertEqual(self.do("dump")["text"], before)
        self.do("go-to-step", "3")
        self.assertEqual(self.do("show")["timeline"]["length"], 10)

    def test_a_script_is_one_step_or_nothing(self):
        before = self.do("dump")["text"]
        script = self.folder / "steps.txt"
        script.write_text("# a title\ntitle 'TWO WORDS' at=2 length=5\nset-text size 0.3\n\nrename-clip \"ride_roto\" clip=ride\n")
        self.do("--script", script)
        self.assertEqual(self.names(), ["Open film", "steps.txt"])
        self.assertIn('clip "TWO WORDS" of title at 2+5', self.do("dump")["text"])
        self.do("undo")
        self.assertEqual(self.do("dump")["text"], before)
        script.write_text("new-bin mattes\nsplit at=5\nsplit at=never\n")
        code, _, err = self.holdout("project", self.file, "--script", script, "--bank", self.bank)
        self.assertEqual(code, 2)
        self.assertIn("steps.txt, line 3", err)
        self.assertEqual(self.do("dump")["text"], before)

    def test_the_shell_answers_line_by_line(self):
        command = [common.HOLDOUT, "project", self.file, "shell", "--json", "--bank", self.bank, "--engine", "stub"]
        with subprocess.Popen([str(w) for w in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as shell:
            def ask(line):
                shell.stdin.write(line + "\n")
                shell.stdin.flush()
                return json.loads(shell.stdout.readline())
            self.assertEqual(ask("playhead 7")["playhead"], 7)
            self.assertEqual(ask("click 80,45")["said"], "click 80,45 @7")
            self.assertIn("frames tracked", ask("track")["message"])
            self.assertTrue(ask("objects")["objects"][0]["said"][0]["tracked"])
            self.assertEqual(ask("click 9999,1")["error"]["kind"], "usage")
            self.assertEqual(ask("undo")["undone"], "Add click")
            shell.stdin.close()
            shell.stdout.read()
            self.assertEqual(shell.wait(), 2)    # one of them failed

    def test_masks_are_tracked_once(self):
        self.do("--at", "12", "click", "80,45")
        self.assertIn(f"{self.N_FRAMES} frames tracked", self.do("track")["message"])
        self.assertIn("0 frames tracked", self.do("track")["message"])
        lane = self.do("lane")["lane"]
        self.assertEqual(sum(span["last"] - span["first"] + 1 for span in lane if "matte" in span["is"]), self.N_FRAMES)

    def test_refused_in_a_sentence(self):
        for words, code, says in ([["no-such"], 2, "no command"], [["trim", "ride"], 2, "wants edge"], [["import", "/nowhere.mov"], 3, "/nowhere.mov"],
                                  [["--at", "x", "show"], 2, "no frame"]):
            got, _, err = self.holdout("project", self.file, "--bank", self.bank, *words)
            self.assertEqual(got, code, err)
            self.assertIn(says, err)
        code, _, err = self.holdout("project", self.folder / "none.holdout", "show")
        self.assertEqual(code, 3, err)
        # Made for a command that fails: nothing is left.
        code, _, err = self.holdout("project", self.folder / "new.holdout", "--create", "open-film", "/nowhere.mov")
        self.assertEqual(code, 3, err)
        self.assertFalse((self.folder / "new.holdout").exists())

    def test_help_comes_from_the_table(self):
        text = self.ok("project", "commands", "move-clips")
        for word in ("clips", "frames", "tracks", "linked", "can be undone"):
            self.assertIn(word, text)
        listed = json.loads(self.ok("project", "commands", "--json"))
        self.assertGreater(len(listed), 100)
        text = self.ok("project", "commands")
        for command in listed:
            self.assertIn(command["help"], text)

    def test_render(self):
        out = self.folder / "rendered"
        out.mkdir()
        self.do("add-to-queue", "name=a", "codec=ffv1", f"folder={out}")
        self.do("add-to-queue", "name=b", "codec=ffv1", "folder=/nowhere")
        self.do("add-to-queue", "name=c", "codec=ffv1", f"folder={out}")
        code, text, err = self.holdout("render", self.file, "--bank", self.bank, "--json")
        self.assertNotEqual(code, 0)
        self.assertIn("/nowhere", text)    # said why
        self.assertEqual([job["status"] for job in json.loads(text)["jobs"]], ["done", "failed", "done"])
        for name in ("a", "c"):
            self.assertEqual(int(common.ffprobe(out / f"{name}.mkv", "-count_frames", "-select_streams", "v")["streams"][0]["nb_read_frames"]), self.N_FRAMES)
        self.assertEqual(self.holdout("render", self.file, "--bank", self.bank)[0], 2)    # nothing waits
        self.do("remove-job", "2")
        code, text, err = self.holdout("render", self.file, "--job", "1", "--bank", self.bank)
        self.assertNotEqual(code, 0)    # would overwrite
        self.assertIn("a.mkv", err)

    def test_damage(self):
        self.ok("project", self.file, "verify")
        self.ok("project", self.file, "recover", self.folder / "recovered.holdout")
        self.assertIn('clip "ride"', self.ok("project", self.folder / "recovered.holdout", "dump"))


if __name__ == "__main__":
    unittest.main()
