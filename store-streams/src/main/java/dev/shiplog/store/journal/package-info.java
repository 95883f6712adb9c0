/// The journal and the state machine over it: the rule, the state, those who append and those who follow.
@NullMarked
package dev.shiplog.store.journal;

import org.jspecify.annotations.NullMarked;
