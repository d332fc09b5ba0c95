//! Accepting connections.

use crate::shared::Shared;
use crate::{Options, answer};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// What lies between TCP and HTTP.
#[derive(Clone)]
pub(crate) enum Transport {
    Plain,
    #[cfg(feature = "tls")]
    Tls(tokio_rustls::TlsAcceptor),
}

impl Transport {
    pub(crate) fn of(options: &Options) -> Self {
        #[cfg(feature = "tls")]
        if let Some(config) = &options.tls {
            return Self::Tls(Arc::clone(config).into());
        }
        let _ = options;
        Self::Plain
    }

    pub(crate) fn scheme(&self) -> &'static str {
        match self {
            Self::Plain => "http",
            #[cfg(feature = "tls")]
            Self::Tls(_) => "https",
        }
    }
}

/// Answers on `listener` until told to stop; then nothing of it is left.
pub(crate) async fn serve(
    listener: std::net::TcpListener,
    transport: Transport,
    shared: Arc<Shared>,
) {
    let Ok(listener) = TcpListener::from_std(listener) else {
        return;
    };
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = shared.stopped() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connect(stream, transport.clone(), Arc::clone(&shared)));
                }
                // Too many open files, or a client that has gone: the next try may do better.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
        }
    }
    drop(listener);
    connections.shutdown().await;
}

async fn connect(stream: TcpStream, transport: Transport, shared: Arc<Shared>) {
    // Otherwise the second of two small writes waits up to 40 ms for the client's acknowledgement of the first.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    match transport {
        Transport::Plain => converse(stream, &shared).await,
        #[cfg(feature = "tls")]
        Transport::Tls(acceptor) => {
            if let Ok(stream) = acceptor.accept(stream).await {
                converse(stream, &shared).await;
            }
        }
    }
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(stream: S, shared: &Arc<Shared>) {
    let stopping = AtomicBool::new(false);
    // An error here is a client that has gone, or a connection closed on purpose.
    let _ = http1::Builder::new()
        // The real server goes on when its client stops listening.
        .half_close(true)
        .title_case_headers(true)
        .serve_connection(
            TokioIo::new(stream),
            service_fn(|request| answer::answer(shared, &stopping, request)),
        )
        .await;
    // Only now has the client of the control path been answered.
    if stopping.load(Ordering::Relaxed) {
        shared.stop();
    }
}
