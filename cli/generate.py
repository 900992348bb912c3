#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes docs/holdout.1, cli/completion.bash, docs/nodes.md and the guide's table of finesse from the program's own tables (holdout --help --json, holdout graph nodes --json).

    cli/generate.py build/release/cli/holdout            writes both
    cli/generate.py build/release/cli/holdout --check    says whether they are as it would write them
"""
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
GUIDE = ROOT / "docs" / "guide.md"
EXIT_CODES = [(0, "done"), (2, "usage: the request itself is wrong"), (3, "input: a file or its content is wrong, missing or unreadable"),
              (4, "no space, no permission, would overwrite, or somebody else holds what is wanted"),
              (5, "engine: weights missing or of another version, inference failed"), (6, "a checksum or a finished file does not hold"), (130, "interrupted")]


def roff(text):
    """Text as roff wants it: backslashes, hyphens and leading dots are not its own."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join(("\\&" + line if line[:1] in (".", "'") else line) for line in text.split("\n"))


def paragraphs_roff(text):
    """Paragraphs; those whose lines are indented keep their lines."""
    parts = []
    for part in text.strip("\n").split("\n\n"):
        parts.append(f".nf\n{roff(part)}\n.fi" if part.startswith("  ") else roff(part))
    return "\n.PP\n".join(parts) + "\n"


def option_roff(option):
    names = ([f"-{option['letter']}"] if "letter" in option else []) + [f"--{option['name']}"]
    head = ", ".join(f"\\fB{roff(name)}\\fR" for name in names)
    if "argument" in option:
        head += f" \\fI{roff(option['argument'])}\\fR"
    return f".TP\n{head}\n{roff(option['help'])}\n"


def command_roff(command, seen):
    out = [f".SS \"holdout {command['name']} {roff(command['synopsis'])}\"\n", paragraphs_roff(command["text"])]
    for group in command["groups"]:
        out.append(f".PP\n.B {roff(group['title'])}\n")
        key = json.dumps(group["options"])
        if key in seen:
            out.append(f".PP\nAs for holdout {seen[key]}.\n")
            continue
        seen[key] = command["name"]
        out.extend(option_roff(option) for option in group["options"])
    out.append(".PP\n.B Examples\n.PP\n.nf\n" + roff(command["examples"].rstrip("\n")) + "\n.fi\n")
    return "".join(out)


def man_page(tables):
    seen = {}
    commands = "".join(f".TP\n.B {c['name']}\n{roff(c['summary'])}\n" for c in tables["commands"])
    return "".join([
        '.\\" SPDX-License-Identifier: BSD-2-Clause\n.\\" Written by cli/generate.py from the program\'s own tables.\n',
        f'.TH HOLDOUT 1 "" "holdout {tables["version"]}" "User Commands"\n',
        ".SH NAME\nholdout \\- track an object once, keep its matte for ever, use it anywhere\n",
        ".SH SYNOPSIS\n.B holdout\n.I COMMAND\n[options]\n",
        ".SH DESCRIPTION\nClick an object in a movie: holdout tracks it through the shot, keeps the matte of every frame in a bank, and saves it as a movie that fits the source frame "
        "by frame. What is tracked once is never tracked again.\n.PP\nFrames are numbers from 0, or timecodes (01:00:04:10; with a semicolon before the frames for drop\\-frame). "
        "Points are source pixels from the top left of the upright picture.\n",
        ".SH COMMANDS\n", commands,
        ".SH \"COMMON OPTIONS\"\n", "".join(option_roff(option) for option in tables["common"]),
        ".SH \"THE COMMANDS ONE BY ONE\"\n", "".join(command_roff(command, seen) for command in tables["commands"]),
        ".SH \"TOKENS IN OUTPUT NAMES\"\n%{clip name}, %{source name}, %{reel name}, %{start timecode}, %{codec}, %{resolution}, %{frame rate}, %{object} and %{version}, which counts "
        "up: the first number, three digits, that no file has yet. Case, spaces and underscores in a token don't matter. What no file name may hold becomes a hyphen.\n",
        ".SH \"EXIT STATUS\"\n", "".join(f".TP\n.B {code}\n{roff(text)}\n" for code, text in EXIT_CODES),
        ".SH ENVIRONMENT\n.TP\n.B HOLDOUT_BANK\nthe bank's folder, where \\-\\-bank is not given; else $XDG_DATA_HOME/holdout/bank, else ~/.local/share/holdout/bank\n"
        ".TP\n.B HOLDOUT_MODELS\nthe folder of the engines' weights, instead of the installed ones\n",
        ".SH SIGNALS\nAfter the first interrupt (Ctrl\\-C) the program stops cleanly, with all finished frames in the bank, and says how to go on; after the second it dies at once.\n",
        ".SH \"SEE ALSO\"\n.BR ffmpeg (1),\n.BR ffprobe (1)\n",
    ])


def value_case(option):
    words = option.get("words")
    names = "|".join((["-" + option["letter"]] if "letter" in option else []) + ["--" + option["name"]])
    if words == "FILE":
        return f"    {names}) _holdout_files; return;;\n"
    if words == "FOLDER":
        return f"    {names}) compopt -o filenames; COMPREPLY=($(compgen -d -- \"$word\")); return;;\n"
    if words:
        return f"    {names}) COMPREPLY=($(compgen -W \"{words}\" -- \"$word\")); return;;\n"
    return f"    {names}) return;;\n"


def completion(tables):
    out = ["# SPDX-License-Identifier: BSD-2-Clause\n# bash completion of holdout. Written by cli/generate.py from the program's own tables.\n",
           "_holdout_files() { compopt -o filenames; COMPREPLY=($(compgen -f -- \"$word\")); }\n",
           "_holdout() {\n  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} options= words=\n  local IFS=$' \\t\\n'\n",
           "  if ((COMP_CWORD == 1)); then\n    COMPREPLY=($(compgen -W \"", " ".join(c["name"] for c in tables["commands"]), " --help --version\" -- \"$word\"))\n    return\n  fi\n",
           "  case $command in\n"]
    for command in tables["commands"]:
        options = [option for group in command["groups"] for option in group["options"]] + tables["common"]
        out.append(f"  {command['name']})\n    options=\"{' '.join('--' + o['name'] for o in options)}\"\n")
        if command["operand_words"] != "FILE":
            out.append(f"    words=\"{command['operand_words']}\"\n")
        out.append("    case $before in\n")
        out.extend(value_case(option) for option in options if "argument" in option)
        out.append("    esac;;\n")
    out.append("  *) return;;\n  esac\n  if [[ $word == -* ]]; then\n    COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n  elif [[ $words ]] && ((COMP_CWORD == 2)); then\n"
               "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n  else\n    _holdout_files\n  fi\n}\ncomplete -F _holdout holdout\n")
    return "".join(out)


def guide(tables):
    """The guide as it is, with its table of finesse made anew."""
    options = next(group["options"] for command in tables["commands"] if command["name"] == "matte" for group in command["groups"] if group["title"].startswith("Finesse"))
    table = "| option | |\n|---|---|\n" + "".join(f"| `--{option['name']}` | {option['help']} |\n" for option in options)
    text = GUIDE.read_text()
    begin, end = "<!-- finesse: written by cli/generate.py -->\n", "<!-- /finesse -->"
    return text[:text.index(begin) + len(begin)] + table + text[text.index(end):]


def shown(value):
    return ", ".join(f"{number:g}" for number in value) if isinstance(value, list) else value


def parameter_row(p):
    if p["type"] == "boolean":
        values, default = "true, false", "true" if p["default"][0] else "false"
    elif p["type"] == "choice":
        values, default = ", ".join(p["choices"]), p["choices"][int(p["default"][0])]
    elif "range" in p:
        values, default = f"{p['range'][0]:g} to {p['range'][1]:g}{' ' + p['unit'] if p['unit'] else ''}; slider {p['slider'][0]:g} to {p['slider'][1]:g}", shown(p["default"])
    else:
        values, default = "text", p["default"]
    return f"| `{p['name']}` | {p['type']} | {values} | {default} | {p['help']} |\n"


def nodes(types):
    """The reference of node types."""
    out = ["# Nodes\n\nWritten by `cli/generate.py` from the program's own tables (`holdout graph nodes`). [graph.md](graph.md) says how a graph is written.\n"]
    for node in types:
        pages = " and ".join(page for page, on in (("Color", node["color"]), ("Fusion", node["fusion"])) if on)
        out.append(f"\n## {node['label']}: `{node['name']}`\n\n{node['help'][0].upper() + node['help'][1:]}. {pages}.\n\n")
        for way, ports in (("in", node["inputs"]), ("out", node["outputs"])):
            for port in ports:
                out.append(f"- {way} `{port['name']}` ({port['type']}{', required' if port['required'] else ''}): {port['help']}\n")
        if node["parameters"]:
            out.append("\n| parameter | type | values | default | |\n|---|---|---|---|---|\n" + "".join(parameter_row(p) for p in node["parameters"]))
    return "".join(out)


def main():
    types = json.loads(subprocess.run([sys.argv[1], "graph", "nodes", "--json"], check=True, capture_output=True).stdout)
    tables = json.loads(subprocess.run([sys.argv[1], "--help", "--json"], check=True, capture_output=True).stdout)
    wanted = {ROOT / "docs" / "holdout.1": man_page(tables), ROOT / "cli" / "completion.bash": completion(tables), GUIDE: guide(tables), ROOT / "docs" / "nodes.md": nodes(types)}
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    if "--check" in sys.argv[2:]:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not in step with the program: run cli/generate.py {sys.argv[1]}")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(exist_ok=True)
        path.write_text(wanted[path])
        print(f"{path.relative_to(ROOT)}: written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
