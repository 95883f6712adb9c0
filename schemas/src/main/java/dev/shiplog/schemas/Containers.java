package dev.shiplog.schemas;

import com.fasterxml.jackson.core.JsonToken;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The plans of values that hold others, but for records.
final class Containers {
    private static final int FIRST_CAPACITY_MAX = 64;

    private Containers() {}

    static final class ListOf extends Node {
        private final Node item;

        Node item() {
            return item;
        }

        ListOf(Node item) {
            this.item = item;
        }

        @Override
        Object zero() {
            return List.of();
        }

        @Override
        Object adopt(@Nullable Object foreign) {
            if (!(foreign instanceof List<?> list)) {
                return zero();
            }
            List<@Nullable Object> adopted = new ArrayList<>(list.size());
            for (Object value : list) {
                adopted.add(item.adopt(value));
            }
            return frozen(adopted);
        }

        @Override
        boolean isZero(@Nullable Object value) {
            return ((List<?>) value(value)).isEmpty();
        }

        @Override
        boolean mayDefault() {
            return item.mayDefault();
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // a new instance means a change
        @Nullable
        Object withDefaults(@Nullable Object value) {
            List<?> list = (List<?>) value(value);
            for (int i = 0; i < list.size(); i++) {
                if (item.withDefaults(list.get(i)) != list.get(i)) {
                    List<@Nullable Object> changed = new ArrayList<>(list.size());
                    list.forEach(one -> changed.add(item.withDefaults(one)));
                    return frozen(changed);
                }
            }
            return list;
        }

        @Override
        void write(@Nullable Object value, BinaryOut out) {
            List<?> list = (List<?>) value(value);
            int size = list.size();
            if (size > 0) {
                out.number(size);
                for (int i = 0; i < size; i++) {
                    item.write(list.get(i), out);
                }
            }
            out.octet(0);
        }

        @Override
        Object read(BinaryIn in) {
            if (skipZero(in)) {
                return List.of();
            }
            List<@Nullable Object> list = null;
            int bytesMin = item.bytesMin();
            for (int n = in.block(bytesMin); n > 0; n = in.block(bytesMin)) {
                if (list == null) {
                    list = new ArrayList<>(Math.min(n, FIRST_CAPACITY_MAX));
                }
                for (int i = 0; i < n; i++) {
                    list.add(item.read(in));
                }
            }
            return list == null ? List.of() : frozen(list);
        }

        private static Object frozen(List<@Nullable Object> list) {
            return list.contains(null) ? Collections.unmodifiableList(list) : List.copyOf(list);
        }

        @Override
        void skip(BinaryIn in) {
            int bytesMin = item.bytesMin();
            for (int n = in.block(bytesMin); n > 0; n = in.block(bytesMin)) {
                for (int i = 0; i < n; i++) {
                    item.skip(in);
                }
            }
        }

        @Override
        void toJson(@Nullable Object value, JsonOut out) {
            List<?> list = (List<?>) value(value);
            out.beginList();
            int size = list.size();
            for (int i = 0; i < size; i++) {
                out.separate();
                item.toJson(list.get(i), out);
            }
            out.endList();
        }

        @Override
        void transcode(BinaryIn in, JsonOut out) {
            out.beginList();
            int bytesMin = item.bytesMin();
            for (int n = in.block(bytesMin); n > 0; n = in.block(bytesMin)) {
                for (int i = 0; i < n; i++) {
                    out.separate();
                    item.transcode(in, out);
                }
            }
            out.endList();
        }

        @Override
        Object fromJson(JsonIn in) {
            if (in.token() != JsonToken.START_ARRAY) {
                throw in.wrongType("list");
            }
            List<@Nullable Object> list = new ArrayList<>();
            while (in.next() != JsonToken.END_ARRAY) {
                in.enter(list.size());
                list.add(in.token() == JsonToken.VALUE_NULL ? item.zero() : item.fromJson(in));
                in.leave();
            }
            return frozen(list);
        }
    }

    static final class MapOf extends Node {
        private final Node item;

        Node item() {
            return item;
        }

        MapOf(Node item) {
            this.item = item;
        }

        @Override
        Object zero() {
            return FrozenMap.of();
        }

        @Override
        Object adopt(@Nullable Object foreign) {
            if (!(foreign instanceof Map<?, ?> map)) {
                return zero();
            }
            TreeMap<String, Object> adopted = new TreeMap<>();
            map.forEach((name, value) -> adopted.put((String) name, value(item.adopt(value))));
            return FrozenMap.copyOf(adopted);
        }

        @Override
        boolean isZero(@Nullable Object value) {
            return ((Map<?, ?>) value(value)).isEmpty();
        }

        @SuppressWarnings("unchecked") // Avro's maps have text as keys
        private static FrozenMap<Object> frozen(@Nullable Object value) {
            return FrozenMap.copyOf((Map<String, Object>) value(value));
        }

        @Override
        boolean mayDefault() {
            return item.mayDefault();
        }

        @Override
        @Nullable
        Object withDefaults(@Nullable Object value) {
            TreeMap<String, Object> changed = new TreeMap<>();
            frozen(value).forEach((name, one) -> changed.put(name, value(item.withDefaults(one))));
            return FrozenMap.copyOf(changed);
        }

        @Override
        void write(@Nullable Object value, BinaryOut out) {
            FrozenMap<Object> map = frozen(value);
            int size = map.size();
            if (size > 0) {
                out.number(size);
                for (int i = 0; i < size; i++) {
                    out.string(map.keyAt(i));
                    item.write(map.valueAt(i), out);
                }
            }
            out.octet(0);
        }

        @Override
        Object read(BinaryIn in) {
            if (skipZero(in)) {
                return FrozenMap.of();
            }
            String[] keys = new String[0];
            Object[] values = new Object[0];
            int size = 0;
            int bytesMin = item.bytesMin() + 1;
            for (int n = in.block(bytesMin); n > 0; n = in.block(bytesMin)) {
                for (int i = 0; i < n; i++) {
                    if (size == keys.length) {
                        int capacity = size == 0 ? Math.min(n, FIRST_CAPACITY_MAX) : size * 2;
                        keys = Arrays.copyOf(keys, capacity);
                        values = Arrays.copyOf(values, capacity);
                    }
                    keys[size] = in.string();
                    values[size++] = value(item.read(in));
                }
            }
            return FrozenMap.adopt(keys, values, size);
        }

        @Override
        void skip(BinaryIn in) {
            int bytesMin = item.bytesMin() + 1;
            for (int n = in.block(bytesMin); n > 0; n = in.block(bytesMin)) {
                for (int i = 0; i < n; i++) {
                    in.skip(in.length());
                    item.skip(in);
                }
            }
        }

        @Override
        void toJson(@Nullable Object value, JsonOut out) {
            FrozenMap<Object> map = frozen(value);
            out.beginObject();
            for (int i = 0; i < map.size(); i++) {
                out.name(map.keyAt(i));
                item.toJson(map.valueAt(i), out);
            }
            out.endObject();
        }

        @Override
        void transcode(BinaryIn in, JsonOut out) {
            out.beginObject();
            int bytesMin = item.bytesMin() + 1;
            for (int n = in.block(bytesMin); n > 0; n = in.block(bytesMin)) {
                for (int i = 0; i < n; i++) {
                    out.separate();
                    in.stringTo(out);
                    out.raw(":");
                    item.transcode(in, out);
                }
            }
            out.endObject();
        }

        @Override
        Object fromJson(JsonIn in) {
            if (in.token() != JsonToken.START_OBJECT) {
                throw in.wrongType("map");
            }
            TreeMap<String, Object> map = new TreeMap<>();
            while (in.next() == JsonToken.FIELD_NAME) {
                String name = in.name();
                in.enter(name);
                Object value = value(in.next() == JsonToken.VALUE_NULL ? item.zero() : item.fromJson(in));
                if (map.put(name, value) != null) {
                    in.duplicate();
                }
                in.leave();
            }
            return FrozenMap.copyOf(map);
        }
    }

    static final class OrNull extends Node {
        private final Node some;

        Node some() {
            return some;
        }

        OrNull(Node some) {
            this.some = some;
        }

        @Override
        @Nullable
        Object zero() {
            return null;
        }

        @Override
        @Nullable
        Object adopt(@Nullable Object foreign) {
            return foreign == null ? null : some.adopt(foreign);
        }

        @Override
        boolean isZero(@Nullable Object value) {
            return value == null;
        }

        @Override
        boolean mayDefault() {
            return some.mayDefault();
        }

        @Override
        @Nullable
        Object withDefaults(@Nullable Object value) {
            return value == null ? null : some.withDefaults(value);
        }

        @Override
        void write(@Nullable Object value, BinaryOut out) {
            if (value == null) {
                out.octet(0);
            } else {
                out.octet(2);
                some.write(value, out);
            }
        }

        private static boolean isNull(BinaryIn in) {
            return switch (in.integer()) {
                case 0 -> true;
                case 1 -> false;
                default -> throw new MalformedException("", "a union has no such branch");
            };
        }

        @Override
        @Nullable
        Object read(BinaryIn in) {
            return isNull(in) ? null : some.read(in);
        }

        @Override
        void skip(BinaryIn in) {
            if (!isNull(in)) {
                some.skip(in);
            }
        }

        @Override
        void toJson(@Nullable Object value, JsonOut out) {
            if (value == null) {
                out.nothing();
            } else {
                some.toJson(value, out);
            }
        }

        @Override
        void transcode(BinaryIn in, JsonOut out) {
            if (isNull(in)) {
                out.nothing();
            } else {
                some.transcode(in, out);
            }
        }

        @Override
        @Nullable
        Object fromJson(JsonIn in) {
            return some.fromJson(in);
        }
    }

    /// One of several records; in JSON an object with the name of the record as its only member.
    static final class OneOf extends Node {
        private final List<RecordNode> branches;

        OneOf(List<RecordNode> branches) {
            this.branches = branches;
        }

        @Override
        Object zero() {
            return branches.getFirst().zero();
        }

        @Override
        boolean isZero(@Nullable Object value) {
            return false;
        }

        @Override
        boolean skipZero(BinaryIn in) {
            return false;
        }

        private int index(@Nullable Object value) {
            if (value instanceof Typed record) {
                String name = record.getSchema().getFullName();
                for (int i = 0; i < branches.size(); i++) {
                    if (branches.get(i).fullName().equals(name)) {
                        return i;
                    }
                }
            }
            throw wrongType(value);
        }

        private RecordNode branch(BinaryIn in) {
            int i = in.integer();
            if (i < 0 || i >= branches.size()) {
                throw new MalformedException("", "a union has no such branch");
            }
            return branches.get(i);
        }

        @Override
        void write(@Nullable Object value, BinaryOut out) {
            int i = index(value);
            out.number(i);
            branches.get(i).write(value, out);
        }

        @Override
        Object read(BinaryIn in) {
            return branch(in).read(in);
        }

        @Override
        void skip(BinaryIn in) {
            branch(in).skip(in);
        }

        @Override
        void toJson(@Nullable Object value, JsonOut out) {
            RecordNode branch = branches.get(index(value));
            out.beginObject().name(branch.shortName());
            branch.toJson(value, out);
            out.endObject();
        }

        @Override
        void transcode(BinaryIn in, JsonOut out) {
            RecordNode branch = branch(in);
            out.beginObject().name(branch.shortName());
            branch.transcode(in, out);
            out.endObject();
        }

        @Override
        Object fromJson(JsonIn in) {
            if (in.token() == JsonToken.START_OBJECT && in.next() == JsonToken.FIELD_NAME) {
                for (RecordNode branch : branches) {
                    if (branch.shortName().equals(in.name())) {
                        in.enter(in.name());
                        in.next();
                        Object value = branch.fromJson(in);
                        in.leave();
                        if (in.next() == JsonToken.END_OBJECT) {
                            return value;
                        }
                    }
                }
            }
            throw in.malformed("must have exactly one of "
                    + branches.stream().map(RecordNode::shortName).toList());
        }
    }

    private static Object value(@Nullable Object value) {
        if (value == null) {
            throw Node.wrongType(null);
        }
        return value;
    }
}
