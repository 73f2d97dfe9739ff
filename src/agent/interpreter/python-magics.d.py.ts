declare const PYTHON_MAGICS: string;
// A text file has no other export.
// oxlint-disable-next-line import/no-default-export
export default PYTHON_MAGICS;
