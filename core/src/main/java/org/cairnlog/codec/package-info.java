// SPDX-License-Identifier: Apache-2.0
/**
 * Between an application's own events and what a log stores: {@link org.cairnlog.codec.EventCodec}. This package knows
 * no log and no format; formats are modules of their own.
 */
@NullMarked
package org.cairnlog.codec;

import org.jspecify.annotations.NullMarked;
