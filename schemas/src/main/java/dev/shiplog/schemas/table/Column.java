package dev.shiplog.schemas.table;

/// One column of a table. Priority 0 is always shown, others only when asked for more.
public record Column(String name, String type, String format, String description, int priority) {

    static Column ofName() {
        return new Column("Name", "string", "name", "Name of the object, unique among its kind in its namespace.", 0);
    }

    static Column ofAge() {
        return text("Age", "How long ago the object was created.");
    }

    static Column text(String name, String description) {
        return new Column(name, "string", "", description, 0);
    }

    static Column number(String name, String description) {
        return new Column(name, "integer", "", description, 0);
    }

    static Column wide(String name, String description) {
        return new Column(name, "string", "", description, 1);
    }
}
