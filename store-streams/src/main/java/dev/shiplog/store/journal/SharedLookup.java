package dev.shiplog.store.journal;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Asks for the end of a journal on behalf of many at once. Each gets an answer to a question that was asked
/// after it came; all who come while one is under way share the next.
final class SharedLookup {
    private final Journal journal;
    private final ReentrantLock asking = new ReentrantLock();
    private final ReentrantLock gathering = new ReentrantLock();
    private @Nullable Question gathered;

    SharedLookup(Journal journal) {
        this.journal = journal;
    }

    private static final class Question {
        private boolean asked;
        private long end;
        private @Nullable JournalUnavailable failure;
    }

    long end() throws JournalUnavailable, InterruptedException {
        Question mine = join();
        asking.lockInterruptibly();
        try {
            if (!mine.asked) {
                close(mine);
                ask(mine);
            }
            if (mine.failure != null) {
                throw mine.failure;
            }
            return mine.end;
        } finally {
            asking.unlock();
        }
    }

    private Question join() {
        gathering.lock();
        try {
            Question question = gathered;
            if (question == null) {
                question = new Question();
                gathered = question;
            }
            return question;
        } finally {
            gathering.unlock();
        }
    }

    /// From here on newcomers gather for another question.
    private void close(Question question) {
        gathering.lock();
        try {
            if (gathered == question) {
                gathered = null;
            }
        } finally {
            gathering.unlock();
        }
    }

    private void ask(Question question) {
        question.asked = true;
        try {
            question.end = journal.end();
        } catch (JournalUnavailable away) {
            question.failure = away;
        }
    }
}
