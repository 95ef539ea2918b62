/**
 * Checks the types of a project with a TypeScript that has a JavaScript API, 5 or 6: `node compile.mjs COMPILER TSCONFIG…`. Only the
 * project's own files and this package's declarations are checked: those of React, Vue and their dependencies take most of the time.
 */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const [compiler, ...configs] = process.argv.slice(2);
const ts = createRequire(import.meta.url)(compiler);
const isChecked = ({ fileName }) => !fileName.includes('/node_modules/') || fileName.includes('/node_modules/holdfast-ws/');

const print = (diagnostics) =>
  process.stdout.write(
    ts.formatDiagnostics(diagnostics, {
      getCanonicalFileName: (name) => name,
      getCurrentDirectory: () => process.cwd(),
      getNewLine: () => '\n',
    }),
  );

/** The project's own libraries are parsed once for all configurations. */
const parsed = new Map();

for (const config of configs) {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (diagnostic) => print([diagnostic]) };
  const { options, fileNames, errors } = ts.getParsedCommandLineOfConfigFile(resolve(config), {}, host);
  const compilerHost = ts.createCompilerHost(options);
  const { getSourceFile } = compilerHost;
  compilerHost.getSourceFile = (name, ...more) => {
    if (!/\/lib\.[\w.]*d\.ts$/.test(name)) return getSourceFile(name, ...more);
    if (!parsed.has(name)) parsed.set(name, getSourceFile(name, ...more));
    return parsed.get(name);
  };
  const program = ts.createProgram(fileNames, options, compilerHost);
  const files = program.getSourceFiles().filter(isChecked);
  const own = files.filter(({ fileName }) => fileName.includes('/holdfast-ws/'));
  if (own.length < 3) throw Error(`${config}: only ${own.length} declarations of the package are checked`);
  const found = [
    ...errors,
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...program.getSyntacticDiagnostics(),
    ...files.flatMap((file) => program.getSemanticDiagnostics(file)),
  ];
  print(found);
  if (found.length) process.exitCode = 1;
}
