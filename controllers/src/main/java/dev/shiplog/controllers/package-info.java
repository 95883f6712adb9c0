/// The controllers: pure reconcilers by feature, and the door that starts them in their hosts.
@NullMarked
package dev.shiplog.controllers;

import org.jspecify.annotations.NullMarked;
