//! What a command prints, whether it runs here or in the running process.

use serde::{Deserialize, Serialize};
use std::io::Write;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A piece of a command's answer; a JSON line on the control socket.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Frame {
    /// A line for standard output.
    Out(String),
    /// A line for standard error.
    Err(String),
    /// A line that replaces the last one of its kind on a terminal.
    Progress(String),
    /// The end, with the exit status.
    Exit(u8),
}

/// Where a command prints.
#[derive(Clone, Debug)]
pub(crate) struct Out(UnboundedSender<Frame>);

impl Out {
    /// A printer and what it prints.
    pub(crate) fn new() -> (Self, UnboundedReceiver<Frame>) {
        let (sender, receiver) = unbounded_channel();
        (Self(sender), receiver)
    }

    // A receiver that is gone means that nobody reads any more: the command goes on all the same.
    fn send(&self, frame: Frame) {
        self.0.send(frame).unwrap_or_default();
    }

    /// A line for people or machines.
    pub(crate) fn line(&self, text: impl Into<String>) {
        self.send(Frame::Out(text.into()));
    }

    /// A line about what went wrong.
    pub(crate) fn err(&self, text: impl Into<String>) {
        self.send(Frame::Err(text.into()));
    }

    /// Progress of long work.
    pub(crate) fn progress(&self, text: impl Into<String>) {
        self.send(Frame::Progress(text.into()));
    }

    /// A value as one JSON object.
    pub(crate) fn json(&self, value: &impl Serialize) {
        match serde_json::to_string_pretty(value) {
            Ok(text) => self.line(text),
            Err(error) => self.err(format!("cannot be written as JSON: {error}")),
        }
    }

    /// The end.
    pub(crate) fn exit(&self, code: u8) {
        self.send(Frame::Exit(code));
    }
}

/// Shows one frame on this process's own outputs; `Some` at the end.
pub(crate) fn show(frame: Frame) -> Option<u8> {
    // An output that is closed (a pipe to `head`) ends nothing.
    let write = |to: &mut dyn Write, text: &str| {
        to.write_all(text.as_bytes())
            .and_then(|()| to.flush())
            .unwrap_or_default();
    };
    match frame {
        Frame::Out(text) => write(&mut std::io::stdout(), &format!("{text}\n")),
        Frame::Err(text) => write(&mut std::io::stderr(), &format!("{text}\n")),
        Frame::Progress(text) => {
            if std::io::IsTerminal::is_terminal(&std::io::stderr()) {
                write(&mut std::io::stderr(), &format!("\r\x1b[2K{text}"));
            } else {
                write(&mut std::io::stderr(), &format!("{text}\n"));
            }
        }
        Frame::Exit(code) => return Some(code),
    }
    None
}
