package dev.shiplog.schemas.table;

import dev.shiplog.core.v1.ConfigMap;
import dev.shiplog.core.v1.Secret;
import dev.shiplog.core.v1.ServiceAccount;
import java.util.Arrays;
import java.util.List;

/// ConfigMaps, Secrets and ServiceAccounts as tables: how much is in them.
final class ConfigTables {
    private static final Column DATA = Column.text("Data", "How many keys it has.");

    static final Shape CONFIG_MAPS = Shape.computed(
            ConfigMap.class,
            List.of(Column.ofName(), DATA, Column.ofAge()),
            (map, now) -> Arrays.asList(
                    map.metadata().name(),
                    map.data().size() + map.binaryData().size(),
                    Ages.since(map.metadata().creationTimestamp(), now)));
    static final Shape SECRETS = Shape.computed(
            Secret.class,
            List.of(Column.ofName(), Column.text("Type", "What its keys are for."), DATA, Column.ofAge()),
            (secret, now) -> Arrays.asList(
                    secret.metadata().name(),
                    secret.type(),
                    secret.data().size(),
                    Ages.since(secret.metadata().creationTimestamp(), now)));
    static final Shape SERVICE_ACCOUNTS = Shape.computed(
            ServiceAccount.class,
            List.of(Column.ofName(), Column.text("Secrets", "How many Secrets it names."), Column.ofAge()),
            (account, now) -> Arrays.asList(
                    account.metadata().name(),
                    account.secrets().size(),
                    Ages.since(account.metadata().creationTimestamp(), now)));

    private ConfigTables() {}
}
