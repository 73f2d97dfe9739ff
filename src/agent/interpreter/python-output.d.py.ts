declare const PYTHON_OUTPUT: string;
// A text file has no other export.
// oxlint-disable-next-line import/no-default-export
export default PYTHON_OUTPUT;
