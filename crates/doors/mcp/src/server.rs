//! The server: the SDK's handler, over the tools, resources and prompts.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rmcp::ErrorData;
use rmcp::handler::server::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, GetPromptRequestParams,
    GetPromptResponse, Implementation, ListPromptsResult, ListResourceTemplatesResult,
    ListResourcesResult, ListToolsResult, PaginatedRequestParams, ReadResourceRequestParams,
    ReadResourceResponse, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
};
use rmcp::service::{RequestContext, RoleServer};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::desk::{Call, Desk};
use crate::tools::{Entry, TOOLS};
use crate::{prompts, resources, tokens};

/// What every agent is told once.
const INSTRUCTIONS: &str = "Groundplan holds a backend's brief (brief.yaml: what is wanted) and architecture (architecture.yaml: what is designed), and computes, checks and refuses what does not hold. \
Begin with `look`. Take every number from `evaluate`, `simulate` or `explain`; never state one of your own. \
Change files only through `propose`, with the `revision` you read as `base`. Use `vocabulary` before you write an element of a new kind. Ask a person what `questions` asks. \
What is UNVERIFIED stays so until something proves it. Each answer says what it cost to read, in `tokens`.";

/// Computations at once; more wait. The simulator and the search use a core each.
const AT_ONCE: usize = 2;

#[derive(Clone)]
pub struct Server {
    desk: Arc<Desk>,
    at_once: Arc<Semaphore>,
}

impl Server {
    pub fn new(desk: Desk) -> Self {
        Server {
            desk: Arc::new(desk),
            at_once: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    fn offers(&self, entry: &Entry) -> bool {
        // `questions`, `research` and `history` are read as well as written with.
        !self.desk.read_only || !matches!(entry.name, "propose" | "design" | "render")
    }

    /// Runs a tool away from the threads that talk to clients.
    async fn run(
        &self,
        entry: &'static Entry,
        arguments: serde_json::Map<String, Value>,
        context: &RequestContext<RoleServer>,
    ) -> Result<CallToolResult, ErrorData> {
        let client = context
            .peer
            .peer_info()
            .map_or_else(|| "agent".to_string(), |i| i.client_info.name.clone());
        let taken_back = Arc::new(AtomicBool::new(false));
        let cancelled = || ErrorData::internal_error("the call was cancelled", None);
        let permit = tokio::select! {
            permit = Arc::clone(&self.at_once).acquire_owned() => permit.map_err(|_| cancelled())?,
            () = context.ct.cancelled() => return Err(cancelled()),
        };
        let (desk, flag) = (Arc::clone(&self.desk), Arc::clone(&taken_back));
        let work = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let call = Call {
                desk: &desk,
                client: &client,
                taken_back: &flag,
            };
            (entry.call)(&call, arguments)
        });
        // Whichever way this function ends, by cancellation or by its being dropped, nothing is written
        // for a client that no longer waits.
        let _guard = SetOnDrop(Arc::clone(&taken_back));
        let outcome = tokio::select! {
            outcome = work => outcome,
            () = context.ct.cancelled() => return Err(cancelled()),
        };
        let answer = match outcome {
            Ok(Ok(value)) => (value, false),
            Ok(Err(refusal)) => (serde_json::to_value(refusal).unwrap_or_default(), true),
            // A defect of ours; the server lives on, and nothing was half written.
            Err(_) => (
                json!({
                    "error": format!("`{}` broke off; nothing was written", entry.name),
                    "next": "This is a defect of Groundplan: report the call with its arguments.",
                }),
                true,
            ),
        };
        Ok(told(answer.0, answer.1))
    }
}

struct SetOnDrop(Arc<AtomicBool>);

impl Drop for SetOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The answer with its cost: as data, and as the text that clients show.
fn told(mut value: Value, is_error: bool) -> CallToolResult {
    let cost = tokens::count(&value.to_string());
    if let Some(map) = value.as_object_mut() {
        map.insert("tokens".into(), cost.into());
    }
    match is_error {
        true => CallToolResult::error(vec![ContentBlock::text(value.to_string())]),
        false => CallToolResult::structured(value),
    }
}

fn tool(entry: &Entry) -> Tool {
    let mut output = (entry.output)();
    if let Some(properties) = output.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("tokens".into(), json!({"type": "integer", "description": "What this answer costs to read (o200k_base)."}));
    }
    Tool::new(entry.name, entry.about, Arc::new((entry.input)()))
        .with_raw_output_schema(Arc::new(output))
        .with_annotations(
            ToolAnnotations::new()
                .read_only(!entry.writes)
                .destructive(false)
                .open_world(false),
        )
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_resources()
            .enable_prompts()
            .build();
        let mut info = ServerConfig::new(capabilities);
        info.server_info = Implementation::new("groundplan", env!("CARGO_PKG_VERSION"));
        info.instructions = Some(INSTRUCTIONS.to_string());
        info
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tools = TOOLS.iter().filter(|t| self.offers(t)).map(tool);
        Ok(ListToolsResult::with_all_items(tools.collect()))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        TOOLS.iter().find(|t| t.name == name).map(tool)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let offered = || TOOLS.iter().filter(|t| self.offers(t));
        let Some(entry) = offered().find(|t| t.name == request.name) else {
            let known: Vec<&str> = offered().map(|t| t.name).collect();
            let message = format!(
                "there is no tool `{}`; there are {}",
                request.name,
                known.join(", ")
            );
            return Err(ErrorData::invalid_params(message, None));
        };
        let arguments = request.arguments.unwrap_or_default();
        self.run(entry, arguments, &context).await.map(Into::into)
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::with_all_items(resources::list(
            &self.desk,
        )?))
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(ListResourceTemplatesResult::with_all_items(
            resources::templates(),
        ))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        resources::read(&self.desk, &request.uri).map(Into::into)
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        Ok(ListPromptsResult::with_all_items(prompts::list()))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        prompts::get(&request.name, request.arguments.unwrap_or_default()).map(Into::into)
    }
}
