/** Each asks `tscompose __complete WORDS...`; its last line is ":4", or ":0" where file names are wanted. */
export const completionScripts: Readonly<Record<string, string>> = {
  bash: `# bash completion for tscompose
_tscompose() {
  local line current=\${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :0) compopt -o default ;;
      :*) ;;
      *) line=\${line%%$'\\t'*}; [[ $line == "$current"* ]] && COMPREPLY+=("$line") ;;
    esac
  done < <(tscompose __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _tscompose tscompose
`,
  zsh: `#compdef tscompose
_tscompose() {
  local line
  local -a candidates
  local files=
  for line in "\${(@f)$(tscompose __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      :0) files=1 ;;
      :*|'') ;;
      *) candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done
  _describe -t tscompose 'tscompose' candidates
  [[ -n $files ]] && _files
  return 0
}
if [ "$funcstack[1]" = "_tscompose" ]; then _tscompose "$@"; else compdef _tscompose tscompose; fi
`,
  fish: `# fish completion for tscompose
function __tscompose_complete
  set -l words (commandline -opc) (commandline -ct)
  tscompose __complete $words[2..-1] 2>/dev/null | string match -v -r '^:'
end
function __tscompose_wants_files
  set -l words (commandline -opc) (commandline -ct)
  tscompose __complete $words[2..-1] 2>/dev/null | string match -q ':0'
end
complete -c tscompose -f -a '(__tscompose_complete)'
complete -c tscompose -F -n __tscompose_wants_files
`,
};
