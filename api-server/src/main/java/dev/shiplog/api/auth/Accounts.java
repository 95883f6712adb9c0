package dev.shiplog.api.auth;

/// Tells whether the objects that a token speaks of are still there. A token dies with any of them.
public interface Accounts {

    boolean accountLives(String namespace, String name, String uid);

    boolean podLives(String namespace, String name, String uid);

    boolean secretLives(String namespace, String name, String uid);
}
