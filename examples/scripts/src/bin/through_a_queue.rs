//! A step is plain data: here the thread that decides and the thread that does the I/O share nothing but queues.
//!
//! The one takes steps and knows nothing of sockets; the other carries out whatever request arrives and knows nothing of
//! client keys. In the place of a queue there could be a pipe to another process.
//!
//! ```text
//! FLUXBASE_URL=http://127.0.0.1:8080 FLUXBASE_SERVICE_TOKEN=… cargo run -p fluxbase-key-scripts --bin through_a_queue
//! ```

#![allow(clippy::print_stdout, reason = "what it prints is its result")]

use std::{
    env,
    error::Error,
    io::Read as _,
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::{Duration, Instant, SystemTime},
};

use fluxbase_client_keys::{
    Access, BaseUrl, CollectKeys, Context, Credential, Delivery, Error as KeysError, FailureKind,
    Flow, Head, ListClientKeys, Now, Outgoing, Payload, Step, Timestamp, TransportFailure,
};

/// What the thread with the sockets is asked for: a request, the time for it, and where its answer goes.
type Job = (Outgoing, Duration, Sender<Part>);

/// What comes back, in this order: a head, chunks, the end; or a failure in the place of any of them.
enum Part {
    Head(Head),
    Chunk(Vec<u8>),
    End,
    Failure(TransportFailure),
}

fn main() -> Result<(), Box<dyn Error>> {
    let key = Credential::service_key(env::var("FLUXBASE_SERVICE_TOKEN")?)?;
    let context =
        Context::new(BaseUrl::parse(&env::var("FLUXBASE_URL")?)?).access(Access::fixed(key));
    let (queue, jobs) = channel();
    let worker = thread::spawn(move || carry_out(&jobs));

    let list = CollectKeys::new(ListClientKeys::new(), 1024 * 1024);
    let listed = decide(list, context, &queue)?;
    for key in &listed.client_keys {
        println!("{}... {:?}", key.key_prefix(), key.name());
    }
    println!("total: {}", listed.total);

    drop(queue);
    let panicked = |_| "the thread with the sockets panicked";
    Ok(worker.join().map_err(panicked)?)
}

/// Takes steps. No socket in here.
fn decide<F: Flow>(flow: F, context: Context, queue: &Sender<Job>) -> Result<F::Output, KeysError> {
    let started = Instant::now();
    let now = || {
        let wall = Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH);
        Now::new(wall, started.elapsed(), 0)
    };
    let mut parts = None;
    let mut step = Step::start(flow, context, now());
    loop {
        step = match step {
            Step::Send(sending) => {
                let (sender, receiver) = channel();
                let job = (sending.request().clone(), sending.timeout(), sender);
                let sent = queue.send(job).is_ok();
                match next(parts.insert(receiver)) {
                    Part::Head(head) if sent => sending.head(head, now()),
                    Part::Failure(failure) => sending.failed(failure, now()),
                    _ => sending.failed(gone(), now()),
                }
            }
            Step::Receive(receiving) => match parts.as_ref().map_or(Part::End, next) {
                Part::Chunk(bytes) => receiving.chunk(&bytes, now()),
                Part::Failure(failure) => receiving.failed(failure, now()),
                Part::Head(_) | Part::End => receiving.end(now()),
            },
            Step::Wait(waiting) => {
                thread::sleep(waiting.duration());
                waiting.elapsed(now())
            }
            Step::Renew(renewing) => {
                renewing.failed(KeysError::invalid_input("a service key cannot be renewed"))
            }
            Step::Done(done) => return done.into_result().map(|answer| answer.value),
        };
    }
}

fn next(parts: &Receiver<Part>) -> Part {
    parts.recv().unwrap_or_else(|_| Part::Failure(gone()))
}

fn gone() -> TransportFailure {
    TransportFailure::new(FailureKind::Other, Delivery::Unknown)
}

/// Carries out requests until there is nobody left to ask. Nothing of client keys in here.
fn carry_out(jobs: &Receiver<Job>) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .into();
    for (request, timeout, parts) in jobs {
        let end = match exchange(&agent, request, timeout, &parts) {
            Ok(()) => Part::End,
            // Whether it arrived is not looked into here, so nobody knows.
            Err(_) => Part::Failure(TransportFailure::new(
                FailureKind::Closed,
                Delivery::Unknown,
            )),
        };
        // Whoever asked may have seen enough.
        let _ = parts.send(end);
    }
}

fn exchange(
    agent: &ureq::Agent,
    request: Outgoing,
    timeout: Duration,
    parts: &Sender<Part>,
) -> Result<(), Box<dyn Error>> {
    let request = request.into_http()?;
    let response = if request.body().is_empty() && request.method() != "POST" {
        let request = agent.configure_request(request.map(|_| ()));
        agent.run(request.timeout_global(Some(timeout)).build())?
    } else {
        let request = agent.configure_request(request.map(Payload::into_bytes));
        agent.run(request.timeout_global(Some(timeout)).build())?
    };
    parts.send(Part::Head(Head::from(&response)))?;
    let mut body = response.into_body().into_reader();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match body.read(&mut buffer)? {
            0 => return Ok(()),
            count => parts.send(Part::Chunk(buffer.iter().take(count).copied().collect()))?,
        }
    }
}
