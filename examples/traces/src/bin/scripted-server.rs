//! The scripted server for drivers that can open no socket to listen on: messages on standard input, replies on standard
//! output, one a line. Ends with its input.

use std::io;

use fluxbase_key_traces::{ScriptedServer, serve_lines};

fn main() -> io::Result<()> {
    let mut server = ScriptedServer::default();
    serve_lines(|message| server.reply(message))
}
