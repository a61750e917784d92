import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const ROOTS = ['src/client', 'src/client-v2'];

export interface Source {
  /** Every text in the source: a key that is none of them is used by no page. */
  readonly literals: ReadonlySet<string>;
  /** What is given to `t(…)`, with `_context` where one is given: directly, or by a table of labels. */
  readonly asked: ReadonlySet<string>;
  /** Contexts that are given to `t(…)`. */
  readonly contexts: ReadonlySet<string>;
}

type Scope = ReadonlyMap<string, readonly ts.Expression[]>;
const NOTHING: readonly string[] = [];
const DEEPEST = 8;

/** Reads what the pages ask the locales for, from the code itself. */
export function readSource(): Source {
  const files = ROOTS.flatMap(filesOf).map(parse);
  const constants = collect(files.flatMap((file) => [...file.statements].flatMap(declarationsOf)));
  const found = { literals: new Set<string>(), asked: new Set<string>(), contexts: new Set<string>() };
  for (const file of files) {
    const own = new Map([...constants, ...collect(nodesOf(file).filter(ts.isVariableDeclaration))]);
    for (const node of nodesOf(file)) {
      if (ts.isStringLiteralLike(node)) found.literals.add(node.text);
      if (!ts.isCallExpression(node) || nameOf(node.expression) !== 't') continue;
      const [context] = contextOf(node, own);
      if (context !== undefined) found.contexts.add(context);
      for (const key of valuesOf(node.arguments[0], own)) {
        found.asked.add(context === undefined ? key : `${key}_${context}`);
      }
    }
  }
  return found;
}

const filesOf = (root: string) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => join(root, file));

const parse = (path: string) =>
  ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, false, ts.ScriptKind.TSX);

function nodesOf(file: ts.SourceFile): readonly ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node) => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return nodes;
}

const declarationsOf = (node: ts.Statement) =>
  ts.isVariableStatement(node) ? [...node.declarationList.declarations] : [];

/** Values by name. A name that is taken several times may be any of them. */
function collect(declarations: readonly ts.VariableDeclaration[]): Scope {
  const scope = new Map<string, ts.Expression[]>();
  for (const { name, initializer } of declarations) {
    if (!ts.isIdentifier(name) || !initializer) continue;
    scope.set(name.text, [...(scope.get(name.text) ?? []), initializer]);
  }
  return scope;
}

/** `t` of both `t(…)` and `this.t(…)`. */
function nameOf(node: ts.Expression): string | undefined {
  if (ts.isIdentifier(node)) return node.text;
  return ts.isPropertyAccessExpression(node) ? node.name.text : undefined;
}

function contextOf(call: ts.CallExpression, scope: Scope): readonly string[] {
  const values = call.arguments[1];
  if (!values || !ts.isObjectLiteralExpression(values)) return NOTHING;
  const context = values.properties.find(
    (each) => each.name && ts.isIdentifier(each.name) && each.name.text === 'context',
  );
  return context && ts.isPropertyAssignment(context) ? valuesOf(context.initializer, scope) : NOTHING;
}

/** Every text that an expression may have, as far as the code around it tells. */
function valuesOf(node: ts.Expression | undefined, scope: Scope, depth = 0): readonly string[] {
  if (!node || depth > DEEPEST) return NOTHING;
  if (ts.isStringLiteralLike(node)) return [node.text];
  return partsOf(node, scope).flatMap((part) => valuesOf(part, scope, depth + 1));
}

function partsOf(node: ts.Expression, scope: Scope): readonly ts.Expression[] {
  if (ts.isIdentifier(node)) return scope.get(node.text) ?? [];
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse];
  if (ts.isBinaryExpression(node)) return isEither(node) ? [node.left, node.right] : [];
  if (ts.isElementAccessExpression(node) || ts.isPropertyAccessExpression(node)) return [node.expression];
  if (ts.isObjectLiteralExpression(node)) {
    return node.properties.flatMap((each) => (ts.isPropertyAssignment(each) ? [each.initializer] : []));
  }
  if (ts.isCallExpression(node)) return nameOf(node.expression) === 'labelOf' ? node.arguments.slice(0, 1) : [];
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) return [node.expression];
  return ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node) ? [node.expression] : [];
}

const EITHER: ReadonlySet<ts.SyntaxKind> = new Set([ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.BarBarToken]);
const isEither = (node: ts.BinaryExpression) => EITHER.has(node.operatorToken.kind);
