/// The records of the journal and of the topics around it. Most classes are generated from `journal/1.avdl` and
/// `topics/1.avdl`.
@NullMarked
package dev.shiplog.journal;

import org.jspecify.annotations.NullMarked;
