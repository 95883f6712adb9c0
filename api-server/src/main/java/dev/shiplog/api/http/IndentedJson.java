package dev.shiplog.api.http;

import java.io.IOException;
import java.io.OutputStream;

/// Indents the JSON written to it by two spaces a level: for people who read with curl.
final class IndentedJson extends OutputStream {
    private final OutputStream out;
    private int depth;
    private boolean inText;
    private boolean escaped;
    private boolean justOpened;

    IndentedJson(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        for (int at = from; at < from + count; at++) {
            write(bytes[at]);
        }
    }

    @Override
    public void write(int b) throws IOException {
        if (inText) {
            out.write(b);
            inText = escaped || b != '"';
            escaped = !escaped && b == '\\';
            return;
        }
        switch (b) {
            case '{', '[' -> {
                open();
                out.write(b);
                depth++;
                justOpened = true;
            }
            case '}', ']' -> close(b);
            case ',' -> {
                out.write(b);
                line();
            }
            case ':' -> {
                out.write(b);
                out.write(' ');
            }
            case ' ', '\n', '\r', '\t' -> {}
            default -> {
                open();
                inText = b == '"';
                out.write(b);
            }
        }
    }

    private void open() throws IOException {
        if (justOpened) {
            line();
            justOpened = false;
        }
    }

    private void close(int b) throws IOException {
        depth--;
        if (!justOpened) {
            line();
        }
        justOpened = false;
        out.write(b);
    }

    private void line() throws IOException {
        out.write('\n');
        for (int i = 0; i < depth; i++) {
            out.write(' ');
            out.write(' ');
        }
    }

    void finish() throws IOException {
        out.write('\n');
    }
}
