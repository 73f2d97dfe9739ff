/** The words of a list that is separated by commas; undefined stays what it is. */
export function splitWords(list: string | undefined): readonly string[] | undefined {
  return list
    ?.split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
