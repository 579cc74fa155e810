// Starts the language server and hands it the YAML files of folders with a model.
const path = require('node:path');
const { commands, window, workspace } = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

let client;

/** The program and its arguments: `groundplan lsp`, or the server itself. */
function server(program) {
  const alone = path.basename(program).startsWith('groundplan-lsp');
  return { command: program, args: alone ? [] : ['lsp'] };
}

async function start() {
  const program = workspace.getConfiguration('groundplan').get('path') || 'groundplan';
  client = new LanguageClient('groundplan', 'Groundplan', server(program), {
    documentSelector: [{ scheme: 'file', pattern: '**/*.{yaml,yml}' }],
  });
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    const settings = 'Open settings';
    const message = `Groundplan: '${program}' does not start: ${error.message}. Set groundplan.path to the program.`;
    if ((await window.showErrorMessage(message, settings)) === settings) {
      await commands.executeCommand('workbench.action.openSettings', 'groundplan.path');
    }
  }
}

async function stop() {
  const running = client;
  client = undefined;
  await running?.stop();
}

async function restart() {
  await stop();
  await start();
}

exports.activate = async (context) => {
  context.subscriptions.push(
    commands.registerCommand('groundplan.restart', restart),
    workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('groundplan.path') && restart()),
  );
  await start();
};

exports.deactivate = stop;
