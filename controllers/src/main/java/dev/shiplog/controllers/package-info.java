/// The controllers, as pure reconcilers.
@NullMarked
package dev.shiplog.controllers;

import org.jspecify.annotations.NullMarked;
