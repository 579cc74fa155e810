//! The life of the server: from `initialize` to `exit`, as the protocol says.

use std::process::ExitCode;
use std::sync::mpsc::channel;

use gen_lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProvider, CodeLensOptions, CompletionOptions,
    DefinitionProvider, DocumentFormattingProvider, DocumentSymbolProvider, ExecuteCommandOptions,
    HoverProvider, PositionEncodingKind, ReferencesProvider, RenameOptions, RenameProvider, Save,
    ServerCapabilities, TextDocumentSync, TextDocumentSyncKind, TextDocumentSyncOptions,
};
use lsp_server::{ErrorCode, Message, Request, Response};
use serde_json::{Value, json};

use crate::queue::Queue;
use crate::server::{EXPLAIN, Server};
use crate::transport::{self, Incoming};

/// What the client said of itself.
#[derive(Debug, Default, Clone)]
pub struct Client(Value);

impl Client {
    fn flag(&self, pointer: &str) -> bool {
        self.0.pointer(pointer) == Some(&Value::Bool(true))
    }

    /// Edits may name the version they are for, and make files.
    pub fn takes_document_changes(&self) -> bool {
        self.flag("/capabilities/workspace/workspaceEdit/documentChanges")
    }

    pub fn creates_files(&self) -> bool {
        let pointer = "/capabilities/workspace/workspaceEdit/resourceOperations";
        let operations = self.0.pointer(pointer).and_then(Value::as_array);
        let create = |all: &Vec<Value>| all.iter().any(|o| o == "create");
        self.takes_document_changes() && operations.is_some_and(create)
    }

    pub fn watches_files(&self) -> bool {
        self.flag("/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration")
    }
}

/// Serves until the client says exit. 0 where it said shutdown before, else 1.
pub fn serve() -> ExitCode {
    let (send, receive) = channel();
    // The thread ends with the input; at exit it may still wait for more.
    std::thread::spawn(move || transport::read_all(std::io::stdin().lock(), &send));
    let mut queue = Queue::new(receive);
    let Some(client) = initialize(&mut queue) else {
        return ExitCode::FAILURE;
    };
    let mut server = Server::new(client);
    server.watch();
    if run(&mut server, &mut queue) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Waits for `initialize` and answers it; `None` where the client leaves instead.
fn initialize(queue: &mut Queue) -> Option<Client> {
    loop {
        match queue.wait() {
            Incoming::Message(Message::Request(request)) if request.method == "initialize" => {
                let result = json!({
                    "capabilities": capabilities(),
                    "serverInfo": {"name": "groundplan-lsp", "version": env!("CARGO_PKG_VERSION")},
                });
                answer(Response::new_ok(request.id, result));
                return Some(Client(request.params));
            }
            Incoming::Message(Message::Request(request)) => {
                let why = "the first request is `initialize`".to_string();
                answer(Response::new_err(
                    request.id,
                    ErrorCode::ServerNotInitialized as i32,
                    why,
                ));
            }
            Incoming::Message(Message::Notification(n)) if n.method == "exit" => return None,
            Incoming::Message(_) => {}
            Incoming::Refused(refusal) => refuse(&refusal),
            Incoming::End => return None,
        }
    }
}

/// Answers until `exit`; whether `shutdown` came before.
fn run(server: &mut Server, queue: &mut Queue) -> bool {
    let mut down = false;
    loop {
        let incoming = match queue.next_there() {
            Some(incoming) => incoming,
            // Findings are worked out when nothing else waits, so a burst of changes is one.
            None if !down && server.work(queue) => continue,
            None => queue.wait(),
        };
        match incoming {
            Incoming::Message(Message::Request(request)) => {
                let response = match request.method.as_str() {
                    _ if down => invalid(request, "the server is shut down"),
                    "initialize" => invalid(request, "`initialize` came twice"),
                    "shutdown" => {
                        down = true;
                        Response::new_ok(request.id, Value::Null)
                    }
                    _ if queue.is_cancelled(&request.id) => {
                        let code = ErrorCode::RequestCanceled as i32;
                        Response::new_err(request.id, code, "cancelled".to_string())
                    }
                    _ => server.answer(request),
                };
                answer(response);
            }
            Incoming::Message(Message::Notification(n)) if n.method == "exit" => return down,
            Incoming::Message(Message::Notification(n)) if !down => server.hear(n),
            Incoming::Message(_) => {}
            Incoming::Refused(refusal) => refuse(&refusal),
            Incoming::End => return down,
        }
    }
}

fn invalid(request: Request, why: &str) -> Response {
    Response::new_err(
        request.id,
        ErrorCode::InvalidRequest as i32,
        why.to_string(),
    )
}

/// Sends an answer. A client that is gone hears nothing, and the end of the input says so.
fn answer(response: Response) {
    let _ = transport::write(&response.into());
}

fn refuse(refusal: &Value) {
    let _ = transport::write_refusal(refusal);
}

fn capabilities() -> ServerCapabilities {
    let words = |all: &[&str]| Some(all.iter().map(|w| w.to_string()).collect());
    ServerCapabilities {
        position_encoding: Some(PositionEncodingKind::UTF16),
        text_document_sync: Some(TextDocumentSync::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::Incremental),
            save: Some(Save::Bool(true)),
            ..Default::default()
        })),
        completion_provider: Some(CompletionOptions {
            trigger_characters: words(&[" ", ":", "-", "{", "[", ","]),
            ..Default::default()
        }),
        hover_provider: Some(HoverProvider::Bool(true)),
        definition_provider: Some(DefinitionProvider::Bool(true)),
        references_provider: Some(ReferencesProvider::Bool(true)),
        document_symbol_provider: Some(DocumentSymbolProvider::Bool(true)),
        code_action_provider: Some(CodeActionProvider::CodeActionOptions(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QuickFix]),
            ..Default::default()
        })),
        code_lens_provider: Some(CodeLensOptions::default()),
        document_formatting_provider: Some(DocumentFormattingProvider::Bool(true)),
        rename_provider: Some(RenameProvider::RenameOptions(RenameOptions {
            prepare_provider: Some(true),
            ..Default::default()
        })),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: vec![EXPLAIN.to_string()],
            ..Default::default()
        }),
        ..Default::default()
    }
}
