//! A small executor: polls a future only when its waker was called, so that a waker that is lost shows.

use std::{
    cell::RefCell,
    future::Future,
    pin::Pin,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Wake, Waker},
};

#[derive(Default)]
pub struct Executor {
    tasks: RefCell<Vec<Rc<Task>>>,
}

struct Task {
    future: RefCell<Option<Pin<Box<dyn Future<Output = ()>>>>>,
    woken: Arc<Flag>,
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A future that runs; dropping this drops it.
pub struct Call<T> {
    task: Rc<Task>,
    result: Rc<RefCell<Option<T>>>,
    detached: bool,
}

impl Executor {
    pub fn spawn<T: 'static>(&self, future: impl Future<Output = T> + 'static) -> Call<T> {
        let result = Rc::new(RefCell::new(None));
        let sink = Rc::clone(&result);
        let task = Rc::new(Task {
            future: RefCell::new(Some(Box::pin(async move {
                let output = future.await;
                *sink.borrow_mut() = Some(output);
            }))),
            woken: Arc::new(Flag(AtomicBool::new(true))),
        });
        self.tasks.borrow_mut().push(Rc::clone(&task));
        Call {
            task,
            result,
            detached: false,
        }
    }

    /// Polls whatever was woken until nothing is.
    pub fn settle(&self) {
        loop {
            let tasks = self.tasks.borrow().clone();
            let woken = |task: &&Rc<Task>| task.woken.0.swap(false, Ordering::SeqCst);
            let Some(task) = tasks.iter().find(woken) else {
                return;
            };
            let Some(mut future) = task.future.take() else {
                continue;
            };
            let waker = Waker::from(Arc::clone(&task.woken));
            let mut context = Context::from_waker(&waker);
            if future.as_mut().poll(&mut context).is_pending() {
                *task.future.borrow_mut() = Some(future);
            }
        }
    }
}

impl<T> Call<T> {
    /// Its result, once it has ended.
    pub fn result(&self) -> T {
        self.result
            .take()
            .expect("the call has not ended, or its result was taken")
    }

    pub fn has_ended(&self) -> bool {
        self.result.borrow().is_some()
    }

    /// Lets it run on its own.
    pub fn detach(mut self) {
        self.detached = true;
    }
}

impl<T> Drop for Call<T> {
    fn drop(&mut self) {
        if !self.detached {
            drop(self.task.future.take());
        }
    }
}
