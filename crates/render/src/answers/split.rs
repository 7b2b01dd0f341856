//! A page that is too long for one message becomes several.

use showcaller_event::markdown::LONGEST;

use super::markdown;
use super::page::{Block, Page};

/// No card is longer than a phone's screen.
const MEETINGS: usize = 6;
/// Left free in a message for "part 2 of 3", and for an apology before it.
const SPARE: usize = 200;

/// The page, in as many as are needed: divided between days where possible, between meetings
/// elsewhere. The words that can be asked, and their buttons, are at the end of the
/// last.
pub(super) fn split(page: Page) -> Vec<Page> {
    let mut pages: Vec<Page> = Vec::new();
    let begin = |blocks: Vec<Block>| Page {
        blocks,
        ..page.clone()
    };
    for section in sections(&page.blocks) {
        if let Some(last) = pages.last_mut() {
            let whole: Vec<Block> = last.blocks.iter().chain(section).cloned().collect();
            if fits(&begin(whole), MEETINGS) {
                last.blocks.extend_from_slice(section);
                continue;
            }
        }
        let heading = section
            .first()
            .filter(|block| matches!(block, Block::Heading(_)));
        let longest = evenly(section);
        let mut part = begin(Vec::new());
        for block in section {
            part.blocks.push(block.clone());
            if part.blocks.len() > 1 && !fits(&part, longest) {
                part.blocks.pop();
                pages.push(part);
                part = begin(heading.into_iter().chain([block]).cloned().collect());
            }
        }
        pages.push(part);
    }
    number(pages, &page)
}

/// Runs of blocks that begin with a heading.
fn sections(blocks: &[Block]) -> impl Iterator<Item = &[Block]> {
    blocks.chunk_by(|_, next| !matches!(next, Block::Heading(_)))
}

/// How many meetings each part of a section gets, so that the last is not left with one.
fn evenly(section: &[Block]) -> usize {
    let meetings = section.iter().filter_map(Block::row).count().max(1);
    meetings.div_ceil(meetings.div_ceil(MEETINGS))
}

fn fits(page: &Page, meetings: usize) -> bool {
    page.rows().count() <= meetings && markdown::page(page).len() + SPARE <= LONGEST
}

fn number(mut pages: Vec<Page>, whole: &Page) -> Vec<Page> {
    let of = pages.len();
    for (part, page) in (1..).zip(&mut pages) {
        if of > 1 {
            let part_of = (page.phrases().part)(part, of);
            page.title = Some(match &whole.title {
                Some(title) => format!("{title} · {part_of}"),
                None => part_of,
            });
        }
        if part < of {
            page.words = None;
            page.asks.clear();
        }
    }
    pages
}
