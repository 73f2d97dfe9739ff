import type { CommandFacts } from '../command-facts.ts';
import { namesBelow, optionNames } from './words.ts';

/** Completion for PowerShell 5 and newer. */
export function powershellCompletion(commands: readonly CommandFacts[]): string {
  const rows = commands.map(({ path, options }) => {
    const words = [...namesBelow(commands, path), ...optionNames(options)].map((word) => `'${word}'`);
    return `  '${path.join(' ')}' = @(${words.join(', ')})`;
  });
  return `# Completion of iris for PowerShell.
$irisWords = @{
${rows.join('\n')}
}
Register-ArgumentCompleter -Native -CommandName iris -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $path = ''
  foreach ($element in @($commandAst.CommandElements | Select-Object -Skip 1)) {
    $word = $element.ToString()
    if ($element.Extent.EndOffset -ge $cursorPosition) { break }
    if ($word.StartsWith('-')) { continue }
    $next = ("$path $word").Trim()
    if (-not $irisWords.ContainsKey($next)) { break }
    $path = $next
  }
  $irisWords[$path] | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`;
}
