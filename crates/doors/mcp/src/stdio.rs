//! Standard input and output: one client, which started us.

use rmcp::service::serve_server;
use rmcp::transport::async_rw::AsyncRwTransport;

use crate::server::Server;

/// Longest message taken, in bytes; a longer one is dropped and the next is read. The largest file of a
/// folder is 8 MiB.
const LONGEST: usize = 16 * 1024 * 1024;

/// Serves until the client closes the stream.
pub async fn serve(server: Server) -> Result<(), String> {
    let (input, output) = rmcp::transport::stdio();
    let transport = AsyncRwTransport::new_server(input, output).with_max_line_length(LONGEST);
    let running = match serve_server(server, transport).await {
        Ok(running) => running,
        // A client that went away before it said anything is no fault of ours.
        Err(rmcp::service::ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
        Err(e) => {
            return Err(format!(
                "the client did not begin as the protocol says: {e}"
            ));
        }
    };
    running
        .waiting()
        .await
        .map(|_| ())
        .map_err(|e| format!("the connection broke: {e}"))
}
