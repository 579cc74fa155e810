//! The server between two messages: texts and folders, and who answers what.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use gen_lsp_types::{
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, Position,
    Uri,
};
use lsp_server::{ErrorCode, Message, Notification, Request, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::answers::{self, Place};
use crate::lifecycle::Client;
use crate::places;
use crate::project::{Open, Project, Texts, root_of};
use crate::queue::Queue;
use crate::texts::{Lines, change};
use crate::transport;

/// The command that a lens offers: it shows what is behind a number.
pub const EXPLAIN: &str = "groundplan.explain";

/// Above this much text, faults are shown before rules and evaluation are done: bytes.
const LARGE: usize = 1 << 20;

/// Why a request has no answer: the protocol's code, and one sentence.
pub type Refusal = (ErrorCode, String);

pub struct Server {
    pub client: Client,
    pub texts: Texts,
    pub projects: BTreeMap<PathBuf, Project>,
}

impl Server {
    pub fn new(client: Client) -> Self {
        Server {
            client,
            texts: Texts::new(),
            projects: BTreeMap::new(),
        }
    }

    /// Asks the client to tell of files that change on the disk.
    pub fn watch(&self) {
        if !self.client.watches_files() {
            return;
        }
        let watchers = json!([{"globPattern": "**/*.{yaml,yml,json}"}]);
        let registration = json!({
            "id": "files", "method": "workspace/didChangeWatchedFiles",
            "registerOptions": {"watchers": watchers},
        });
        let params = json!({"registrations": [registration]});
        let id = "watch".to_string().into();
        send(Request::new(id, "client/registerCapability".to_string(), params).into());
    }

    /// Takes a notification. What cannot be read, and files that belong to no model, are no news.
    pub fn hear(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        let done = catch_unwind(AssertUnwindSafe(|| match method.as_str() {
            "textDocument/didOpen" => self.opened(params),
            "textDocument/didChange" => self.changed(params),
            "textDocument/didClose" => self.closed(params),
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => {
                self.projects.values_mut().for_each(Project::changed);
                Some(())
            }
            _ => Some(()),
        }));
        if done.is_err() {
            eprintln!("groundplan-lsp: the notification `{method}` failed");
        }
    }

    fn opened(&mut self, params: Value) -> Option<()> {
        let params: DidOpenTextDocumentParams = read(params).ok()?;
        let document = params.text_document;
        let path = places::path(&document.uri)?;
        let open = Open {
            uri: document.uri,
            version: document.version,
            text: document.text,
        };
        self.texts.insert(path.clone(), open);
        let root = root_of(&path, &self.texts)?;
        self.projects
            .entry(root.clone())
            .or_insert_with(|| Project::new(root))
            .changed();
        Some(())
    }

    fn changed(&mut self, params: Value) -> Option<()> {
        let params: DidChangeTextDocumentParams = read(params).ok()?;
        let path = places::path(&params.text_document.text_document_identifier.uri)?;
        let open = self.texts.get_mut(&path)?;
        open.version = params.text_document.version;
        for one in params.content_changes {
            change(&mut open.text, one);
        }
        self.project_of(&path)?.changed();
        Some(())
    }

    fn closed(&mut self, params: Value) -> Option<()> {
        let params: DidCloseTextDocumentParams = read(params).ok()?;
        let path = places::path(&params.text_document.uri)?;
        self.texts.remove(&path);
        let project = self.project_of(&path)?;
        project.changed();
        let root = project.root.clone();
        if !self.projects[&root].is_open(&self.texts)
            && let Some(project) = self.projects.remove(&root)
        {
            for name in &project.shown {
                answers::diagnostics::clear(&project, name, &self.texts);
            }
        }
        Some(())
    }

    /// The folder of a file: the innermost that is known.
    fn project_of(&mut self, path: &std::path::Path) -> Option<&mut Project> {
        let root = path.ancestors().find(|a| self.projects.contains_key(*a))?;
        self.projects.get_mut(root)
    }

    /// Works out and shows the findings of one folder that changed; whether there was one.
    pub fn work(&mut self, queue: &mut Queue) -> bool {
        let Some(root) = self
            .projects
            .values()
            .find(|p| p.stale)
            .map(|p| p.root.clone())
        else {
            return false;
        };
        let texts = &self.texts;
        let Some(project) = self.projects.get_mut(&root) else {
            return false;
        };
        // Whatever comes of it, it is not tried again before the next change.
        project.stale = false;
        let done = catch_unwind(AssertUnwindSafe(|| {
            let workspace = project.open(texts);
            let names = workspace.sources.names();
            let size: usize = names
                .filter_map(|n| workspace.sources.text_of(n))
                .map(str::len)
                .sum();
            if size > LARGE && !queue.brings_changes() {
                let findings = workspace.findings.clone();
                answers::diagnostics::show(project, &findings, texts);
            }
            project.stale = queue.brings_changes();
            if project.stale {
                return;
            }
            let (_, checked) = project.check(texts);
            let findings = checked.findings.clone();
            project.stale = queue.brings_changes();
            // What changed meanwhile is on its way, and these findings are of texts that are gone.
            if !project.stale {
                answers::diagnostics::show(project, &findings, texts);
            }
        }));
        if done.is_err() {
            eprintln!("groundplan-lsp: checking {} failed", root.display());
            if let Some(project) = self.projects.get_mut(&root) {
                *project = Project::new(root);
                project.stale = false;
            }
        }
        true
    }

    /// Answers a request.
    pub fn answer(&mut self, request: Request) -> Response {
        let Request { id, method, params } = request;
        let answered = catch_unwind(AssertUnwindSafe(|| self.dispatch(&method, params)));
        match answered {
            Ok(Ok(value)) => Response::new_ok(id, value),
            Ok(Err((code, why))) => Response::new_err(id, code as i32, why),
            Err(_) => {
                let why = format!("`{method}` failed; the editor's log says where");
                Response::new_err(id, ErrorCode::InternalError as i32, why)
            }
        }
    }

    fn dispatch(&mut self, method: &str, params: Value) -> Result<Value, Refusal> {
        use answers::{actions, completion, hover, lenses, outline, renaming, targets};
        match method {
            "textDocument/hover" => self.at(params, hover::answer),
            "textDocument/completion" => self.at(params, completion::answer),
            "textDocument/definition" => self.at(params, targets::definition),
            "textDocument/references" => {
                let own = params.pointer("/context/includeDeclaration") != Some(&json!(false));
                self.at(params, move |place| targets::references(place, own))
            }
            "textDocument/prepareRename" => self.at(params, renaming::prepare),
            "textDocument/rename" => {
                let name = params["newName"].as_str().unwrap_or_default().to_string();
                self.at(params, move |place| renaming::answer(place, &name))
            }
            "textDocument/documentSymbol" => self.at(params, outline::answer),
            "textDocument/codeLens" => self.at(params, lenses::answer),
            "textDocument/formatting" => self.at(params, answers::formatting::answer),
            "textDocument/codeAction" => {
                let range = read(params["range"].clone())?;
                self.at(params, move |place| actions::answer(place, range))
            }
            "workspace/executeCommand" => self.command(&params),
            _ => Err((
                ErrorCode::MethodNotFound,
                format!("`{method}` is not offered here"),
            )),
        }
    }

    /// Gives the place that a request is about to who answers it. A file that is not open, or
    /// belongs to no folder with a model, has no answer.
    fn at<T: Serialize>(
        &mut self,
        params: Value,
        answer: impl FnOnce(Place<'_>) -> Result<T, Refusal>,
    ) -> Result<Value, Refusal> {
        let uri: Uri = read(params["textDocument"]["uri"].clone())?;
        let position: Position = match &params["position"] {
            Value::Null => Position {
                line: 0,
                character: 0,
            },
            position => read(position.clone())?,
        };
        let Some(path) = places::path(&uri) else {
            return Ok(Value::Null);
        };
        let Some(Open { text, .. }) = self.texts.get(&path) else {
            return Ok(Value::Null);
        };
        let root = path.ancestors().find(|a| self.projects.contains_key(*a));
        let project = root.and_then(|root| self.projects.get_mut(root));
        let Some(project) = project else {
            return Ok(Value::Null);
        };
        let Some(name) = project.name(&path) else {
            return Ok(Value::Null);
        };
        let lines = Lines::of(text);
        let value = answer(Place {
            offset: lines.offset(position),
            lines: &lines,
            text,
            name: &name,
            project,
            texts: &self.texts,
            client: &self.client,
        })?;
        serde_json::to_value(value).map_err(|e| (ErrorCode::InternalError, e.to_string()))
    }

    /// Shows what is behind a number, in a window of the editor's.
    fn command(&mut self, params: &Value) -> Result<Value, Refusal> {
        let id = params["arguments"][0].as_str();
        let (Some(EXPLAIN), Some(id)) = (params["command"].as_str(), id) else {
            let why = format!("the command here is `{EXPLAIN}` with an id");
            return Err((ErrorCode::InvalidParams, why));
        };
        let texts = &self.texts;
        let found = self.projects.values_mut().find_map(|project| {
            let workspace = project.open(texts);
            pipeline::explain::explain(id, Some(workspace)).ok()
        });
        let text = found.ok_or_else(|| {
            (
                ErrorCode::RequestFailed,
                format!("nothing is known of `{id}`"),
            )
        })?;
        notify("window/showMessage", json!({"type": 3, "message": text}));
        Ok(json!(text))
    }
}

/// Parameters as the protocol types them.
fn read<T: DeserializeOwned>(value: Value) -> Result<T, Refusal> {
    serde_json::from_value(value).map_err(|e| (ErrorCode::InvalidParams, e.to_string()))
}

/// Sends a notification.
pub fn notify(method: &str, params: impl Serialize) {
    if let Ok(params) = serde_json::to_value(params) {
        send(
            Notification {
                method: method.to_string(),
                params,
            }
            .into(),
        );
    }
}

/// A client that is gone hears nothing, and the end of the input says so.
fn send(message: Message) {
    let _ = transport::write(&message);
}
