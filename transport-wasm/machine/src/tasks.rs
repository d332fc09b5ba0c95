//! `Tasks`: the smallest executor that does.

use core::{
    fmt,
    future::Future,
    pin::Pin,
    sync::atomic::{AtomicBool, Ordering},
    task::{Context, Waker},
};
use std::{sync::Arc, task::Wake};

/// A future that is run for its effects.
pub(crate) type Job = Pin<Box<dyn Future<Output = ()>>>;

/// The calls and renewals under way.
#[derive(Default)]
pub(crate) struct Tasks(Vec<Task>);

struct Task {
    woken: Arc<Woken>,
    job: Job,
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Tasks {
    /// Takes a job on, to be begun by the next [`run`](Self::run).
    pub(crate) fn add(&mut self, job: Job) {
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        self.0.push(Task { woken, job });
    }

    /// Lets every job look again, whatever it waits for.
    pub(crate) fn wake_all(&self) {
        for task in &self.0 {
            task.woken.0.store(true, Ordering::Relaxed);
        }
    }

    /// Runs until every job waits for an event. `spawned` gives the jobs that the others have begun since.
    pub(crate) fn run(&mut self, spawned: impl Fn() -> Vec<Job>) {
        let mut moved = true;
        while moved {
            moved = false;
            self.0.retain_mut(|task| {
                if !task.woken.0.swap(false, Ordering::Relaxed) {
                    return true;
                }
                moved = true;
                let waker = Waker::from(Arc::clone(&task.woken));
                task.job
                    .as_mut()
                    .poll(&mut Context::from_waker(&waker))
                    .is_pending()
            });
            for job in spawned() {
                moved = true;
                self.add(job);
            }
        }
    }
}

impl fmt::Debug for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tasks({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use core::{
        cell::{Cell, RefCell},
        future::poll_fn,
        task::Poll,
    };
    use std::rc::Rc;

    use super::*;

    #[test]
    fn a_job_is_polled_when_woken_and_dropped_when_done() {
        let (polls, ready) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(false)));
        let waker = Rc::new(RefCell::new(None));
        let mut tasks = Tasks::default();
        let (counted, kept, end) = (polls.clone(), waker.clone(), ready.clone());
        tasks.add(Box::pin(poll_fn(move |context| {
            counted.set(counted.get() + 1);
            *kept.borrow_mut() = Some(context.waker().clone());
            if end.get() {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })));
        tasks.run(Vec::new);
        tasks.run(Vec::new);
        assert_eq!(polls.get(), 1);
        let wake = || waker.borrow().as_ref().map(Waker::wake_by_ref).unwrap();
        wake();
        tasks.run(Vec::new);
        assert_eq!(
            (polls.get(), format!("{tasks:?}")),
            (2, "Tasks(1)".to_owned())
        );
        ready.set(true);
        tasks.run(Vec::new);
        assert_eq!(polls.get(), 2);
        tasks.wake_all();
        tasks.run(Vec::new);
        assert_eq!(
            (polls.get(), format!("{tasks:?}")),
            (3, "Tasks(0)".to_owned())
        );
        assert_eq!(Rc::strong_count(&polls), 1);
    }

    #[test]
    fn jobs_that_wake_each_other_end_in_one_run() {
        let baton = Rc::new(RefCell::new((0, None::<Waker>)));
        let mut tasks = Tasks::default();
        for turn in 0..4 {
            let baton = baton.clone();
            tasks.add(Box::pin(poll_fn(move |context| {
                let mut baton = baton.borrow_mut();
                // The last one begins, so that each has to be woken by the one after it.
                if baton.0 == 3 - turn {
                    baton.0 += 1;
                    if let Some(waker) = baton.1.take() {
                        waker.wake();
                    }
                    return Poll::Ready(());
                }
                if 3 - turn == baton.0 + 1 {
                    baton.1 = Some(context.waker().clone());
                } else {
                    context.waker().wake_by_ref();
                }
                Poll::Pending
            })));
        }
        tasks.run(Vec::new);
        assert_eq!(baton.borrow().0, 4);
    }

    #[test]
    fn what_is_begun_on_the_way_is_run_too() {
        let begun = Rc::new(RefCell::new(Vec::<Job>::new()));
        let done = Rc::new(Cell::new(false));
        let mut tasks = Tasks::default();
        let (list, flag) = (begun.clone(), done.clone());
        tasks.add(Box::pin(async move {
            list.borrow_mut()
                .push(Box::pin(async move { flag.set(true) }));
        }));
        tasks.run(|| begun.take());
        assert!(done.get());
    }
}
