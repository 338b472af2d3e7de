import type { Words } from './words.js';

/** A script for `source <(romancy completion bash)`. */
export function bashCompletion(words: readonly Words[]): string {
  const cases = words.map(({ path, commands, flags }) => {
    const choices = [...commands.map(({ name }) => name), ...flags.map(({ flag }) => flag)];
    return `    '${path}') words='${choices.join(' ')}' ;;`;
  });
  return `_romancy() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' word words=''
  local known='${words.map(({ path }) => path.replaceAll(' ', '/')).join(' ')} '
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case " $known" in *" \${path:+$path/}$word "*) path="\${path:+$path/}$word" ;; esac
  done
  case "\${path//\\// }" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _romancy romancy`;
}
