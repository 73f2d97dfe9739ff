import { parse, type Node, type Options, type Program } from 'acorn';
import { TextEdits } from './text-edits.ts';

/** The name that a rewritten cell finds the kernel's part under. */
export const CELL_SCOPE = '__iris_cell';

/** What stands before a value of a cell in the rewritten one, and in no other place that matters. */
export const RETURN_PREFIX = 'return/*iris*/(';
const FUNCTION_PREFIX = '__iris_function_';
/** What of a statement may run last. Loops are none of these: they may run again. */
const LAST_PARTS: Readonly<Record<string, readonly string[]>> = {
  BlockStatement: ['body'],
  IfStatement: ['consequent', 'alternate'],
  TryStatement: ['block', 'handler'],
  CatchClause: ['body'],
  LabeledStatement: ['body'],
  WithStatement: ['body'],
};
const EXPORT_DEFAULT = /^export\b.*?\bdefault\b/s;
const PARSER: Options = {
  ecmaVersion: 2025,
  sourceType: 'script',
  allowAwaitOutsideFunction: true,
  allowImportExportEverywhere: true,
  allowHashBang: true,
};

/**
 * Turns a cell into a script that keeps its declarations: what it declares at its top becomes a property of the
 * global object, so that a later cell sees it and may declare it again. The script's value is a function that runs the
 * cell and gives a promise of its last value. The code begins on the second line. Throws acorn's SyntaxError.
 */
export function rewriteCell(code: string): string {
  const program: Program = parse(code, PARSER);
  const cell = new CellRewriter(code);
  for (const statement of program.body) cell.rewrite(statement);
  const last = program.body.at(-1);
  if (last) forEachLast(last, (expression) => cell.returnValue(expression));
  replaceImportMeta(program, cell.edits);
  return `(async () => {${cell.prologue()}\n${cell.edits.apply()}\n})`;
}

type Statement = Program['body'][number];
type StatementOf<Type extends Statement['type']> = Extract<Statement, { type: Type }>;
type Variables = StatementOf<'VariableDeclaration'>;

class CellRewriter {
  readonly edits: TextEdits;
  readonly #code: string;
  readonly #declared = new Set<string>();
  readonly #vars = new Set<string>();
  readonly #functions: string[] = [];

  constructor(code: string) {
    this.#code = code;
    this.edits = new TextEdits(code);
    if (code.startsWith('#!')) this.edits.insert(0, '//');
  }

  /** What has to happen before the first statement. */
  prologue(): string {
    const names = JSON.stringify([...this.#declared]);
    const vars = JSON.stringify([...this.#vars]);
    const declare = `${CELL_SCOPE}.declare(${names}, ${vars});`;
    const define = this.#functions.map(
      (name) => `${CELL_SCOPE}.defineFunction(${JSON.stringify(name)}, ${FUNCTION_PREFIX}${name});`,
    );
    return [declare, ...define].join('');
  }

  rewrite(statement: Statement): void {
    if (statement.type === 'VariableDeclaration') return this.#assign(statement);
    if (statement.type === 'FunctionDeclaration') return this.#renameFunction(statement);
    if (statement.type === 'ClassDeclaration') return this.#assignClass(statement);
    if (statement.type === 'ImportDeclaration') return this.#assignImports(statement);
    if (statement.type === 'ExportNamedDeclaration') return this.#unwrapNamedExport(statement);
    if (statement.type === 'ExportDefaultDeclaration') return this.#unwrapDefaultExport(statement);
    if (statement.type === 'ExportAllDeclaration')
      return this.edits.replaceAll(statement, importCall(statement.source.value, []));
    return forEachVar(statement, (declaration, place) => this.#assignNestedVar(declaration, place));
  }

  returnValue({ start, end }: Node): void {
    this.edits.insert(start, RETURN_PREFIX);
    this.edits.insert(this.#endOf(end), ')');
  }

  /** `const a = 1, { b } = o;` becomes `;(    a = 1, { b } = o);`, where columns stay. */
  #assign({ start, end, kind, declarations }: Variables): void {
    this.edits.replace(start, start + kind.length, ';('.padEnd(kind.length));
    for (const { id, init } of declarations) {
      this.#declare(id, kind);
      if (!init && kind !== 'var') this.edits.insert(id.end, ' = undefined');
    }
    this.edits.insert(this.#endOf(end), ')');
    if (this.#code[end - 1] !== ';') this.edits.insert(end, ';');
  }

  /** A var in a block or a loop belongs to the whole cell, and so to the cells after it. */
  #assignNestedVar({ start, end, kind, declarations }: Variables, place: 'statement' | 'loop-head'): void {
    for (const { id } of declarations) this.#declare(id, kind);
    const isLoopHead = place === 'loop-head';
    this.edits.replace(start, start + kind.length, isLoopHead ? '' : '(');
    if (!isLoopHead) this.edits.insert(this.#endOf(end), ')');
  }

  /** Hoisted under another name, so that the name itself always means the latest definition. */
  #renameFunction({ id }: StatementOf<'FunctionDeclaration'>): void {
    this.#declared.add(id.name);
    this.#functions.push(id.name);
    this.edits.insert(id.start, FUNCTION_PREFIX);
  }

  #assignClass({ id, start, end }: StatementOf<'ClassDeclaration'>): void {
    this.#declared.add(id.name);
    this.edits.insert(start, `;${id.name} = `);
    this.edits.insert(end, ';');
  }

  #assignImports({ start, end, source, specifiers }: StatementOf<'ImportDeclaration'>): void {
    const names: string[] = [];
    const targets = specifiers.map((specifier) => {
      this.#declared.add(specifier.local.name);
      if (specifier.type === 'ImportNamespaceSpecifier')
        return `[${CELL_SCOPE}.all]: ${specifier.local.name}`;
      const imported = specifier.type === 'ImportDefaultSpecifier' ? 'default' : nameOf(specifier.imported);
      names.push(imported);
      return `${JSON.stringify(imported)}: ${specifier.local.name}`;
    });
    const call = importCall(source.value, names);
    this.edits.replaceAll(
      { start, end },
      targets.length === 0 ? `;${call};` : `;({ ${targets.join(', ')} } = ${call});`,
    );
  }

  #unwrapNamedExport({ start, end, declaration, source }: StatementOf<'ExportNamedDeclaration'>): void {
    if (!declaration) {
      this.edits.replaceAll({ start, end }, source ? `;${importCall(source.value, [])};` : ';');
      return;
    }
    this.edits.replace(start, declaration.start, '');
    this.rewrite(declaration);
  }

  #unwrapDefaultExport({ start, end, declaration }: StatementOf<'ExportDefaultDeclaration'>): void {
    const isNamed =
      (declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration') &&
      declaration.id;
    const keywords = EXPORT_DEFAULT.exec(this.#code.slice(start))?.[0].length ?? 0;
    this.edits.replace(start, start + keywords, isNamed ? '' : ';void (');
    if (!isNamed) this.edits.insert(this.#endOf(end), ')');
    if (declaration.type === 'FunctionDeclaration' && declaration.id) {
      this.rewrite({ ...declaration, id: declaration.id });
    } else if (declaration.type === 'ClassDeclaration' && declaration.id) {
      this.rewrite({ ...declaration, id: declaration.id });
    }
  }

  #declare(pattern: Node, kind: Variables['kind']): void {
    for (const name of namesIn(pattern)) (kind === 'var' ? this.#vars : this.#declared).add(name);
  }

  /** Where an expression statement ends, before its semicolon. */
  #endOf(end: number): number {
    return this.#code[end - 1] === ';' ? end - 1 : end;
  }
}

function importCall(source: unknown, names: readonly string[]): string {
  return `await ${CELL_SCOPE}.import(${JSON.stringify(source)}, ${JSON.stringify(names)})`;
}

function nameOf(
  imported: { type: 'Identifier'; name: string } | { type: 'Literal'; value?: unknown },
): string {
  return imported.type === 'Identifier' ? imported.name : String(imported.value);
}

/** The names that a pattern binds. */
function namesIn(pattern: Node): string[] {
  if (isNodeOf(pattern, 'Identifier')) return [String(Reflect.get(pattern, 'name'))];
  // A default value or a computed key binds nothing.
  if (isNodeOf(pattern, 'AssignmentPattern')) return childrenOf(pattern, ['left']).flatMap(namesIn);
  if (isNodeOf(pattern, 'Property')) return childrenOf(pattern, ['value']).flatMap(namesIn);
  return childrenOf(pattern).flatMap(namesIn);
}

/** Visits the expressions that may be the last to run: a value of a branch or a block is the value of the cell. */
function forEachLast(statement: Node, visit: (expression: Node) => void): void {
  if (isNodeOf(statement, 'ExpressionStatement')) return visit(statement);
  const parts = LAST_PARTS[statement.type];
  if (parts === undefined) return;
  for (const part of parts) {
    const last = childrenOf(statement, [part]).at(-1);
    if (last) forEachLast(last, visit);
  }
}

type VarVisitor = (declaration: Variables, place: 'statement' | 'loop-head') => void;

/** Visits each var below a statement that belongs to the function around it. */
function forEachVar(node: Node, visit: VarVisitor, place: 'statement' | 'loop-head' = 'statement'): void {
  if (/Function|Class/.test(node.type)) return;
  if (isVar(node)) visit(node, place);
  const heads = node.type.startsWith('For')
    ? new Set([Reflect.get(node, 'init'), Reflect.get(node, 'left')])
    : undefined;
  for (const child of childrenOf(node))
    forEachVar(child, visit, heads?.has(child) ? 'loop-head' : 'statement');
}

function isVar(node: Node): node is Variables {
  return node.type === 'VariableDeclaration' && Reflect.get(node, 'kind') === 'var';
}

function replaceImportMeta(node: Node, edits: TextEdits): void {
  if (
    node.type === 'MetaProperty' &&
    childrenOf(node).some((child) => Reflect.get(child, 'name') === 'import')
  ) {
    edits.replace(node.start, node.end, `${CELL_SCOPE}.meta`);
    return;
  }
  for (const child of childrenOf(node)) replaceImportMeta(child, edits);
}

function childrenOf(node: Node, keys: readonly string[] = Object.keys(node)): Node[] {
  const children: unknown[] = keys.flatMap((key): unknown => Reflect.get(node, key));
  return children.filter(isNode);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'type') === 'string';
}

function isNodeOf(node: Node, type: string): boolean {
  return node.type === type;
}
