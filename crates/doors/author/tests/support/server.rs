//! A server that follows a script: one reply for each request, good or hostile.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

/// What the server does with one request.
pub enum Reply {
    /// Status, further header lines, body.
    Http(u16, &'static str, String),
    /// Bytes as they are, then the end of the connection.
    Raw(Vec<u8>),
    /// An answer whose body never ends.
    Endless,
    /// An answer whose headers never end.
    EndlessHeaders,
    /// An answer byte by byte, far too slowly.
    Drip,
    /// Nothing, until the client gives up.
    Hang,
    /// The end of the connection at once.
    Close,
    /// Whatever was sent, as the answer: header lines and body.
    Echo,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    pub line: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a request in JSON")
    }
}

pub struct Server {
    /// Where it answers, up to `/v1`.
    pub url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Begins to serve. A request after the end of the script is answered with 418.
    pub fn with(script: Vec<Reply>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
        let seen = Arc::clone(&requests);
        let mut script = script.into_iter();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                let over = || Reply::Http(418, "", "the script is over".into());
                let reply = script.next().unwrap_or_else(over);
                // A client that went away is no fault of the script.
                let _ = serve(stream, reply, &seen);
            }
        });
        Server {
            url: format!("http://127.0.0.1:{port}/v1"),
            requests,
        }
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("no test panicked here").clone()
    }
}

fn serve(mut stream: TcpStream, reply: Reply, seen: &Mutex<Vec<Request>>) -> std::io::Result<()> {
    let request = receive(&stream)?;
    seen.lock()
        .expect("no test panicked here")
        .push(request.clone());
    match reply {
        Reply::Http(status, more, body) => {
            write!(
                stream,
                "HTTP/1.1 {status} Said\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n{more}\r\n{body}",
                body.len()
            )
        }
        Reply::Raw(bytes) => stream.write_all(&bytes),
        Reply::Endless => {
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{{\"choices\": ["
            )?;
            loop {
                stream.write_all(&[b'a'; 4096])?;
            }
        }
        Reply::EndlessHeaders => {
            write!(stream, "HTTP/1.1 200 OK\r\n")?;
            for n in 0_u64.. {
                write!(stream, "x-{n}: {}\r\n", "a".repeat(200))?;
            }
            Ok(())
        }
        Reply::Drip => {
            write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")?;
            loop {
                stream.write_all(b" ")?;
                stream.flush()?;
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        Reply::Hang => {
            let mut rest = [0; 64];
            while stream.read(&mut rest)? > 0 {}
            Ok(())
        }
        Reply::Close => Ok(()),
        Reply::Echo => {
            let lines = request.headers.iter().map(|(n, v)| format!("{n}: {v}"));
            let text = format!("{}\n{}", lines.collect::<Vec<_>>().join("\n"), request.body);
            let body = chat(&text);
            write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            )
        }
    }
}

fn receive(stream: &TcpStream) -> std::io::Result<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_lowercase(), value.trim().to_string()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.and_then(|(_, v)| v.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Request {
        line: line.trim_end().to_string(),
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}

/// A body in the form of chat completions that says `text`.
pub fn chat(text: &str) -> String {
    json!({
        "id": "chatcmpl-1", "object": "chat.completion", "model": "recorded",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 4000, "completion_tokens": 900, "total_tokens": 4900},
    })
    .to_string()
}

/// A body in the form of messages that says `text`.
pub fn message(text: &str) -> String {
    json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "recorded",
        "content": [{"type": "text", "text": text}],
        "stop_reason": "end_turn", "stop_sequence": null,
        "usage": {"input_tokens": 4000, "output_tokens": 900},
    })
    .to_string()
}

/// A good answer in the form of chat completions.
pub fn says(text: &str) -> Reply {
    Reply::Http(200, "", chat(text))
}
