declare const PYTHON_KERNEL: string;
export default PYTHON_KERNEL;
