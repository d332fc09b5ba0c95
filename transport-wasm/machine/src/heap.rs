//! `Heap`: the allocator of the module, small because what it serves is.
//!
//! Each block has a size that is a power of two, and a freed one goes into the list of its size, from which the next of that
//! size is taken. So memory is used again, though never given to another size: the most that is held is, for each size, the
//! most that was held of it at once. A client allocates the same sizes call after call, so a page that lives for days holds
//! no more than after its busiest moment. The allocator of the standard library and the small ones that are published join
//! and split blocks, for which this module has no use, and are several times as large.

#![allow(
    unsafe_code,
    reason = "an allocator is unsafe by its trait, and keeps its lists in the blocks that are free"
)]

use core::{
    alloc::{GlobalAlloc, Layout},
    cell::UnsafeCell,
    ptr,
};

/// The least size, and the alignment of every block: no type of the module wants more.
const LEAST: usize = 16;
const PAGE: usize = 65_536;

/// Where memory comes from.
pub(crate) trait Pages {
    /// Adds so many pages of 64 KiB; gives the address of the first, or nothing if there are no more.
    fn grow(&self, pages: usize) -> Option<usize>;
}

/// Blocks of powers of two, from these pages.
pub(crate) struct Heap<P> {
    pages: P,
    state: UnsafeCell<State>,
}

struct State {
    /// For each power of two the first free block, which begins with the address of the next; zero ends the list.
    free: [usize; 32],
    /// What is left of the pages that were added last.
    next: usize,
    end: usize,
}

// SAFETY: the module is compiled without threads, and no other target has this as its allocator.
#[cfg(target_family = "wasm")]
unsafe impl<P> Sync for Heap<P> {}

impl<P: Pages> Heap<P> {
    pub(crate) const fn new(pages: P) -> Self {
        Self {
            pages,
            state: UnsafeCell::new(State {
                free: [0; 32],
                next: 0,
                end: 0,
            }),
        }
    }
}

impl State {
    /// A block from the pages, more of which are added when they do not suffice.
    fn cut(&mut self, size: usize, pages: &impl Pages) -> Option<usize> {
        if self.end - self.next < size {
            let count = size.div_ceil(PAGE);
            let from = pages.grow(count)?;
            // Fails for the last page of an address space alone, which is then left out.
            let end = from.checked_add(count * PAGE)?;
            if from != self.end {
                self.next = from;
            }
            self.end = end;
        }
        let block = self.next;
        self.next += size;
        Some(block)
    }
}

/// Of which power of two the blocks for this layout are; one of which there are none for what is never served.
fn class(layout: Layout) -> usize {
    if layout.align() > LEAST {
        return usize::MAX;
    }
    let last = layout.size().max(LEAST) - 1;
    (usize::BITS - last.leading_zeros()) as usize
}

// SAFETY: a block comes from the pages, which are cut once, or from the list of its size, where it was put when it was freed;
// so no two that are in use overlap. Each has at least the size that its class stands for, and begins at a multiple of
// `LEAST`, since pages do and every size is one. No reference to the state outlives a function, none of which calls itself.
unsafe impl<P: Pages> GlobalAlloc for Heap<P> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: see above: nobody else refers to the state now.
        let state = unsafe { &mut *self.state.get() };
        let class = class(layout);
        let Some(first) = state.free.get_mut(class) else {
            return ptr::null_mut();
        };
        let block = *first;
        if block != 0 {
            // SAFETY: a block in a list is free, and begins with the address of the next.
            *first = unsafe { ptr::with_exposed_provenance::<usize>(block).read() };
            return ptr::with_exposed_provenance_mut(block);
        }
        let block = state.cut(1 << class, &self.pages).unwrap_or(0);
        ptr::with_exposed_provenance_mut(block)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: see above: nobody else refers to the state now.
        let state = unsafe { &mut *self.state.get() };
        if let Some(first) = state.free.get_mut(class(layout)) {
            let block = block.expose_provenance();
            // SAFETY: the caller gives the block up; it is as aligned and as long as an address needs.
            unsafe { ptr::with_exposed_provenance_mut::<usize>(block).write(*first) };
            *first = block;
        }
    }
}

#[cfg(target_family = "wasm")]
struct Memory;

#[cfg(target_family = "wasm")]
impl Pages for Memory {
    fn grow(&self, pages: usize) -> Option<usize> {
        let before = core::arch::wasm32::memory_grow::<0>(pages);
        (before != usize::MAX).then(|| before * PAGE)
    }
}

#[cfg(target_family = "wasm")]
#[global_allocator]
static HEAP: Heap<Memory> = Heap::new(Memory);

#[cfg(test)]
mod tests {
    use core::cell::Cell;

    use super::*;

    /// So many pages and no more, one after the other.
    struct Few {
        memory: *mut u8,
        used: Cell<usize>,
        all: usize,
    }

    impl Few {
        fn layout(all: usize) -> Layout {
            Layout::from_size_align(all * PAGE, PAGE).unwrap()
        }

        fn new(all: usize) -> Self {
            // SAFETY: the size is not zero.
            let memory = unsafe { std::alloc::alloc_zeroed(Self::layout(all)) };
            assert!(!memory.is_null());
            Self {
                memory,
                used: Cell::new(0),
                all,
            }
        }
    }

    impl Drop for Few {
        fn drop(&mut self) {
            // SAFETY: it was allocated so.
            unsafe { std::alloc::dealloc(self.memory, Self::layout(self.all)) };
        }
    }

    impl Pages for Few {
        fn grow(&self, pages: usize) -> Option<usize> {
            let used = self.used.get();
            (pages <= self.all - used).then(|| {
                self.used.set(used + pages);
                self.memory.expose_provenance() + used * PAGE
            })
        }
    }

    fn layout(size: usize) -> Layout {
        Layout::from_size_align(size, 8).unwrap()
    }

    #[test]
    fn blocks_in_use_keep_what_was_written() {
        let heap = Heap::new(Few::new(8));
        let mut blocks: Vec<(*mut u8, usize, u8)> = Vec::new();
        let mut random = 1_u32;
        for step in 0..20_000_usize {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let size = 1 + (random >> 22) as usize;
            let mark = u8::try_from(step % 251).unwrap();
            // SAFETY: every block is given back once, with the size that it has, and written within it.
            unsafe {
                if blocks.len() < 60 {
                    let block = heap.alloc(layout(size));
                    assert!(!block.is_null() && block.addr() % LEAST == 0);
                    block.write_bytes(mark, size);
                    blocks.push((block, size, mark));
                    continue;
                }
                let (block, old, mark) = blocks.swap_remove(random as usize / 7 % blocks.len());
                let is_intact = |block: *mut u8, size| {
                    (0..size).all(|at| block.wrapping_add(at).read() == mark)
                };
                assert!(is_intact(block, old), "step {step}");
                let block = heap.realloc(block, layout(old), size);
                assert!(
                    !block.is_null() && is_intact(block, old.min(size)),
                    "step {step}"
                );
                heap.dealloc(block, layout(size));
            }
        }
    }

    #[test]
    fn what_is_freed_is_used_again() {
        let heap = Heap::new(Few::new(4));
        for _ in 0..10_000 {
            // SAFETY: each block is given back once, with the size that it has.
            unsafe {
                for size in [10, 300, 70_000] {
                    let block = heap.alloc(layout(size));
                    assert!(!block.is_null());
                    heap.dealloc(block, layout(size));
                }
            }
        }
        assert!(heap.pages.used.get() <= 3);
    }

    #[test]
    fn what_cannot_be_had_is_null() {
        let heap = Heap::new(Few::new(2));
        // SAFETY: no layout is of size zero, and the block is given back with the size that it has.
        unsafe {
            assert!(heap.alloc(layout(200_000)).is_null());
            assert!(heap.alloc(layout(isize::MAX as usize - 7)).is_null());
            assert!(
                heap.alloc(Layout::from_size_align(8, 64).unwrap())
                    .is_null()
            );
            let block = heap.alloc(layout(100));
            assert!(heap.realloc(block, layout(100), 200_000).is_null());
            block.write_bytes(1, 100);
            heap.dealloc(block, layout(100));
        }
    }
}
