// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The verbs in the order of the help. */
final class Verbs {
    static final Map<String, Function<Main, Verb>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("demo", DemoVerb::new);
        ALL.put("append", AppendVerb::new);
        ALL.put("read", ReadVerb::new);
        ALL.put("tail", TailVerb::new);
        ALL.put("streams", StreamsVerb::new);
        ALL.put("head", HeadVerb::new);
        ALL.put("label", LabelVerb::new);
        ALL.put("truncate", TruncateVerb::new);
        ALL.put("delete", DeleteVerb::new);
        ALL.put("import", ImportVerb::new);
        ALL.put("export", ExportVerb::new);
        ALL.put("copy", CopyVerb::new);
        ALL.put("verify", VerifyVerb::new);
        ALL.put("status", StatusVerb::new);
        ALL.put("consumers", ConsumersVerb::new);
        ALL.put("schema", SchemaVerb::new);
        ALL.put("completion", CompletionVerb::new);
    }

    private Verbs() {}
}
