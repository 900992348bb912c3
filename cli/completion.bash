# SPDX-License-Identifier: BSD-2-Clause
# bash completion of holdout. Written by cli/generate.py from the program's own tables.
_holdout_files() { compopt -o filenames; COMPREPLY=($(compgen -f -- "$word")); }
_holdout() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} options= words=
  local IFS=$' \t\n'
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "roto track correct history matte comp project render graph probe bank sheet score --help --version" -- "$word"))
    return
  fi
  case $command in
  roto)
    options="--click --exclude --box --stroke --mask --absent --lock --object --rate --stream --quality --direction --range --whole --engine --model --bank --wait --output --codec --view --start-frame --source-cadence --clean-edges --premultiplied --overwrite --black-clip --white-clip --gamma --clean-black --clean-white --fill-holes --remove-dots --grow --feather --in-out-ratio --smooth --json --quiet --threads --frames-from --log --help --version"
    case $before in
    --click) return;;
    --exclude) return;;
    --box) return;;
    --stroke) return;;
    --mask) _holdout_files; return;;
    --absent) return;;
    --lock) return;;
    --object) return;;
    --rate) return;;
    --stream) return;;
    --quality) COMPREPLY=($(compgen -W "faster better" -- "$word")); return;;
    --direction) COMPREPLY=($(compgen -W "both forward backward" -- "$word")); return;;
    --range) return;;
    --engine) COMPREPLY=($(compgen -W "embedded stub" -- "$word")); return;;
    --model) compopt -o filenames; COMPREPLY=($(compgen -d -- "$word")); return;;
    --bank) compopt -o filenames; COMPREPLY=($(compgen -d -- "$word")); return;;
    --wait) return;;
    -o|--output) _holdout_files; return;;
    --codec) COMPREPLY=($(compgen -W "prores-422-proxy prores-422-lt prores-422 prores-422-hq prores-4444 dnxhr-hq dnxhr-hqx dnxhr-444 ffv1 h264 png exr exr-float" -- "$word")); return;;
    --view) COMPREPLY=($(compgen -W "matte overlay highlight cutout" -- "$word")); return;;
    --start-frame) return;;
    --black-clip) return;;
    --white-clip) return;;
    --gamma) return;;
    --clean-black) return;;
    --clean-white) return;;
    --fill-holes) return;;
    --remove-dots) return;;
    --grow) return;;
    --feather) return;;
    --in-out-ratio) return;;
    --smooth) return;;
    --threads) return;;
    --frames-from) return;;
    --log) COMPREPLY=($(compgen -W "quiet error warning info debug" -- "$word")); return;;
    esac;;
  track)
    options="--click --exclude --box --stroke --mask --absent --lock --object --rate --stream --quality --direction --range --whole --engine --model --bank --wait --json --quiet --threads --frames-from --log --help --version"
    case $before in
    --click) return;;
    --exclude) return;;
    --box) return;;
    --stroke) return;;
    --mask) _holdout_files; return;;
    --absent) return;;
    --lock) return;;
    --object) return;;
    --rate) return;;
    --stream) return;;
    --quality) COMPREPLY=($(compgen -W "faster better" -- "$word")); return;;
    --direction) COMPREPLY=($(compgen -W "both forward backward" -- "$word")); return;;
    --range) return;;
    --engine) COMPREPLY=($(compgen -W "embedded stub" -- "$word")); return;;
    --model) compopt -o filenames; COMPREPLY=($(compgen -d -- "$word")); return;;
    --bank) compopt -o filenames; COMPREPLY=($(compgen -d -- "$word")); return;;
    --wait) return;;
    --threads) return;;
    --frames-from) return;;
    --log) COMPREPLY=($(compgen -W "quiet error warning info debug" -- "$word")); return;;
    esac;;
  correct)
    options="--click --exclude --box --stroke --mask --absent --lock --mute --rate --stream --source --quality --whole --range --engine --bank --wait --json --quiet --threads --frames-from --log --help --version"
    words="OBJECT"
    case $before in
    --click) return;;
    --exclude) return;;
    --box) return;;
    --stroke) return;;
    --mask) _holdout_files; return;;
    --absent) return;;
    --lock) return;;
    --mute) return;;
    --rate) return;;
    --stream) return;;
    --source) _holdout_files; return;;
    --quality) COMPREPLY=($(compgen -W "faster better" -- "$word")); return;;
    --range) return;;
    --engine) COMPREPLY=($(compgen -W "embedded stub" -- "$word")); return;;
    --bank) compopt -o filenames; COMPREPLY=($(compgen -d -- "$word")); return;;
    --wait) return;;
    --threads) return;;
    --frames-from) return;;
    --log) COMPREPLY=($(compgen -W "quiet error warning info debug" -- "$word")); return;;
    esac;;
  history)
    options="--undo --redo --to --bank --json --quiet --threads --frames-from --log --help --version"
    words="OBJECT"
    case $before in
    --to) return;;
    --bank) compopt -o filenames; COMPREPLY=($(compgen -d -- "$word")); return;;
    --threads) return;;
    --frames-from) return;;
    --log) COMPREPLY=($(compgen -W "quiet error warning info debug" -- "$word")); return;;
    esac;;
  matte)
    options="--object --range --source --bank --rate --stream --output --codec --view --start-frame --source-cadence --clean-edges --premultiplied --overwrite --black-clip --white-clip --gamma --clean-black --clean-white --fill-holes --remove-dots --grow --feather --in-out-ratio --smooth --json --quiet --threads --frames-from --log --help --version"
    case $before in
    --object) return;;
    --range) return;;
    --source) _holdout_files; return;;
    --bank) compopt -o filenames; COMPREPLY=($(compgen -d -- "$word")); return;;
    --rate) return;;
    --stream) return;;
    -o|--output) _holdout_files; return;;
    --codec) COMPREPLY=($(compgen -W "prores-422-proxy prores-422-lt prores-422 prores-422-hq prores-4444 dnxhr-hq dnxhr-hqx dnxhr-444 ffv1 h264 png exr exr-float" -- "$word")); return;;
    --view) COMPREPLY=($(compgen -W "matte overlay highlight cutout" -- "$word")); return;;
    --start-frame) return;;
    --black-clip) return;;
    --white-clip) return;;
    --gamma) return;;
    --clean-black) return;;
    --clean-white) return;;
    --fill-holes) return;;
    --remove-dots) return;;
    --grow) return;;
    --feather) return;;
    --in-out-ratio) return;;
    --smooth) return;;
    --threads) return;;
    --frames-from) return;;
    --log) COMPREPLY=($(compgen -W "quiet error warning info debug" -- "$word")); return;;
    esac;;
  comp)
    options="--matte --text --font --size --fit --clean-edges --at --colour --background --template --bank --frame --rate --stream --input --set --output --codec --range --size --start-frame --audio --source-cadence --premultiplied --any-matte --overwrite --json --quiet --threads --frames-from --log --help --version"
    case $before in
    --matte) _holdout_files; return;;
    --text) return;;
    --font) return;;
    --size) return;;
    --at) return;;
    --colour) return;;
    --background) _holdout_files; return;;
    --template) COMPREPLY=($(compgen -W "patch isolate" -- "$word")); return;;
    --bank) compopt -o filenames; COMPREPLY=($(compgen -d -- "$word")); return;;
    --frame) return;;
    --rate) return;;
    --stream) return;;
    -i|--input) return;;
    --set) return;;
    -o|--output) _holdout_files; return;;
    --codec) COMPREPLY=($(compgen -W "prores-422-proxy prores-422-lt prores-422 prores-422-hq prores-4444 dnxhr-hq dnxhr-hqx dnxhr-444 ffv1 h264 png exr exr-float" -- "$word")); return;;
    --range) return;;
    --size) return;;
    --start-frame) return;;
    --audio) COMPREPLY=($(compgen -W "copy pcm aac none" -- "$word")); return;;
    --threads) return;;
    --frames-from) return;;
    --log) COMPREPLY=($(compgen -W "quiet error warning info debug" -- "$word")); return;;
    esac;;
  project)
    options="--create --read-only --script --timeline --at --select --bank --engine --model --json --quiet --threads --frames-from --log --help --version"
    case $before in
    --script) _holdout_files; return;;
    --timeline) return;;
    --at) return;;
    --select) return;;
    --bank) compopt -o filenames; COMPREPLY=($(compgen -d -- "$word")); return;;
    --engine) COMPREPLY=($(compgen -W "embedded stub" -- "$word")); return;;
    --model) compopt -o filenames; COMPREPLY=($(compgen -d -- "$word")); return;;
    --threads) return;;
    --frames-from) return;;
    --log) COMPREPLY=($(compgen -W "quiet error warning info debug" -- "$word")); return;;
    esac;;
  render)
    options="--job --bank --json --quiet --threads --frames-from --log --help --version"
    case $before in
    --job) return;;
    --bank) compopt -o filenames; COMPREPLY=($(compgen -d -- "$word")); return;;
    --threads) return;;
    --frames-from) return;;
    --log) COMPREPLY=($(compgen -W "quiet error warning info debug" -- "$word")); return;;
    esac;;
  graph)
    options="--input --set --frame --node --view --bank --rate --stream --output --codec --range --size --start-frame --audio --source-cadence --premultiplied --any-matte --overwrite --json --quiet --threads --frames-from --log --help --version"
    words="nodes template check explain run FILE"
    case $before in
    -i|--input) return;;
    --set) return;;
    --frame) return;;
    --node) return;;
    --view) COMPREPLY=($(compgen -W "overlay highlight matte cutout" -- "$word")); return;;
    --bank) compopt -o filenames; COMPREPLY=($(compgen -d -- "$word")); return;;
    --rate) return;;
    --stream) return;;
    -o|--output) _holdout_files; return;;
    --codec) COMPREPLY=($(compgen -W "prores-422-proxy prores-422-lt prores-422 prores-422-hq prores-4444 dnxhr-hq dnxhr-hqx dnxhr-444 ffv1 h264 png exr exr-float" -- "$word")); return;;
    --range) return;;
    --size) return;;
    --start-frame) return;;
    --audio) COMPREPLY=($(compgen -W "copy pcm aac none" -- "$word")); return;;
    --threads) return;;
    --frames-from) return;;
    --log) COMPREPLY=($(compgen -W "quiet error warning info debug" -- "$word")); return;;
    esac;;
  probe)
    options="--rate --stream --bank --json --quiet --threads --frames-from --log --help --version"
    case $before in
    --rate) return;;
    --stream) return;;
    --bank) compopt -o filenames; COMPREPLY=($(compgen -d -- "$word")); return;;
    --threads) return;;
    --frames-from) return;;
    --log) COMPREPLY=($(compgen -W "quiet error warning info debug" -- "$word")); return;;
    esac;;
  bank)
    options="--bank --repair --drop --overwrite --json --quiet --threads --frames-from --log --help --version"
    words="list show verify prune export import rm"
    case $before in
    --bank) compopt -o filenames; COMPREPLY=($(compgen -d -- "$word")); return;;
    --threads) return;;
    --frames-from) return;;
    --log) COMPREPLY=($(compgen -W "quiet error warning info debug" -- "$word")); return;;
    esac;;
  sheet)
    options="--output --matte --columns --frames --every --wrap --zoom --tile --any-matte --overwrite --bank --rate --stream --json --quiet --threads --frames-from --log --help --version"
    case $before in
    -o|--output) _holdout_files; return;;
    --matte) _holdout_files; return;;
    --columns) return;;
    --frames) return;;
    --every) return;;
    --wrap) return;;
    --zoom) return;;
    --tile) return;;
    --bank) compopt -o filenames; COMPREPLY=($(compgen -d -- "$word")); return;;
    --rate) return;;
    --stream) return;;
    --threads) return;;
    --frames-from) return;;
    --log) COMPREPLY=($(compgen -W "quiet error warning info debug" -- "$word")); return;;
    esac;;
  score)
    options="--object --matte-object --soft --binary --frames --json --quiet --threads --frames-from --log --help --version"
    case $before in
    --object) return;;
    --matte-object) return;;
    --threads) return;;
    --frames-from) return;;
    --log) COMPREPLY=($(compgen -W "quiet error warning info debug" -- "$word")); return;;
    esac;;
  *) return;;
  esac
  if [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$word"))
  elif [[ $words ]] && ((COMP_CWORD == 2)); then
    COMPREPLY=($(compgen -W "$words" -- "$word"))
  else
    _holdout_files
  fi
}
complete -F _holdout holdout
