//! `Wire`: a connection's bytes, with TLS or without.

use std::{
    io::{self, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use rustls::{ServerConnection, StreamOwned};

use super::Speech;

/// A connection's bytes.
pub(super) enum Wire {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Wire {
    /// Nothing where TLS cannot begin.
    pub(super) fn new(stream: TcpStream, speech: &Speech) -> Option<Self> {
        match speech {
            Speech::Plain | Speech::Silent | Speech::Closing => Some(Self::Plain(stream)),
            Speech::Tls(config) => {
                let tls = ServerConnection::new(config.clone()).ok()?;
                Some(Self::Tls(Box::new(StreamOwned::new(tls, stream))))
            }
        }
    }

    /// Says that nothing more comes, as far as the protocol has a word for it.
    pub(super) fn close(&mut self) {
        if let Self::Tls(stream) = self {
            stream.conn.send_close_notify();
            // Whoever has gone needs not to be told.
            let _ = stream.flush();
        }
    }

    /// Makes of the end of the connection a reset.
    pub(super) fn reset(&self) {
        let socket = socket2::SockRef::from(self.socket());
        // Without it the connection is closed, which the case will tell.
        let _ = socket.set_linger(Some(Duration::ZERO));
    }

    pub(super) fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(stream) => &stream.sock,
        }
    }

    pub(super) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer),
            Self::Tls(stream) => stream.read(buffer),
        }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.write_all(bytes),
            Self::Tls(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
        }
    }
}

/// Whether there was only nothing to read yet.
pub(super) fn is_tick(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}
