// SPDX-License-Identifier: Apache-2.0
/**
 * What reads a log for good: {@link org.cairnlog.consumer.Subscription}, {@link org.cairnlog.consumer.Projection}, and
 * {@link org.cairnlog.consumer.Consumers}, which runs them. Nothing here knows a database; where checkpoints are kept
 * is the business of a {@link org.cairnlog.consumer.ConsumerStore}, which the log brings along.
 */
@NullMarked
package org.cairnlog.consumer;

import org.jspecify.annotations.NullMarked;
