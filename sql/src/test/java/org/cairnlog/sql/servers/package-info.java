// SPDX-License-Identifier: Apache-2.0
/** Real servers for tests: PostgreSQL of several versions, what stands in front of it, and what goes wrong between. */
@NullMarked
package org.cairnlog.sql.servers;

import org.jspecify.annotations.NullMarked;
