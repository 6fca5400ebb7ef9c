// SPDX-License-Identifier: Apache-2.0
/** The event log on databases that speak SQL. */
@NullMarked
package org.cairnlog.sql;

import org.jspecify.annotations.NullMarked;
